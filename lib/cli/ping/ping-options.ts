import type { ChosenServer } from '../server/chosen-server.ts';
import type { ServerFlags } from '../server/server-flags.ts';

/** The flags of `mcp-pool ping` as they were given, each valid by itself. */
export interface PingFlags extends ServerFlags {
  /** Milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What is to be done. */
export interface PingOptions {
  readonly server: ChosenServer;
  /** How long all of it may take. */
  readonly timeoutMs: number;
  readonly output: 'line' | 'json' | 'none';
}

/** What the flags mean for this server. */
export function pingOptionsOf({ timeout, json, quiet }: PingFlags, server: ChosenServer): PingOptions {
  const output = quiet === true ? 'none' : json === true ? 'json' : 'line';
  return { server, timeoutMs: timeout, output };
}
