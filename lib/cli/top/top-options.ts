import { InvalidArgumentError } from 'commander';
import { DASHBOARD_PORT } from '../flag-values.ts';

/** The flags of `mcp-pool top` as they were given. */
export interface TopFlags {
  readonly pool?: string;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
}

/** What is to be watched, and how it is shown. */
export interface TopOptions {
  /** Of the dashboard; ends with a slash. */
  readonly url: string;
  /** The name of the pool; absent: any. */
  readonly pool: string | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly plain: boolean;
}

/** Fills in what was left out. */
export function topOptionsOf(url: string | undefined, flags: TopFlags): TopOptions {
  const { pool, once = false, json = false, plain = false } = flags;
  return { url: url ?? dashboardUrl(String(DASHBOARD_PORT)), pool, once, json, plain };
}

/** Reads a port, `host:port` or the address of a dashboard, and gives the address. */
export function dashboardUrl(text: string): string {
  if (/^\d+$/.test(text)) return ofPort(Number(text));
  const url = parsed(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (url === undefined || !/^https?:\/\/|^[^/]+:\d+(\/|$)/i.test(text)) {
    throw new InvalidArgumentError('It must be a port, such as 3400, or an address, such as http://127.0.0.1:3400/');
  }
  return `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
}

function ofPort(port: number): string {
  if (port >= 1 && port <= 65_535) return `http://127.0.0.1:${port}/`;
  throw new InvalidArgumentError('A port is a whole number from 1 to 65535');
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
