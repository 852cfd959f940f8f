import { checkObject, count, kindOf } from '../base/durations.ts';
import { type OptionNames, checkKnown } from '../base/known-options.ts';

/** How a dashboard answers, whatever server it is mounted in. */
export interface DashboardHandlerOptions {
  /**
   * Names besides `localhost` that the server may be asked by; `any` is for servers that decide themselves who may ask. By
   * names that are not allowed a page of somebody else could lead a browser here, and read what is shown.
   */
  readonly allowedHosts?: readonly string[] | 'any';
  /**
   * The path that it is mounted at, such as `/pools`, where requests come with the whole path: in Fastify and in a server of
   * `node:http`. Express takes the path off by itself.
   */
  readonly path?: string;
  /**
   * When it is recorded what happens, for the charts and for time travel: from now to the end (`always`, the default),
   * while a page is open (`watched`), or for the charts of an open page only (`off`).
   */
  readonly history?: 'watched' | 'always' | 'off';
  /**
   * How many events of each pool are kept at most while a page is open: 50 000. Each version among them can be looked at.
   * While no page is open at most 4 000 are kept.
   */
  readonly historyEvents?: number;
}

/** How a dashboard is served. */
export interface DashboardOptions extends DashboardHandlerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The address to listen at, `127.0.0.1`. Whoever can reach it can read all that is shown; nobody can change anything. */
  readonly host?: string;
}

/** `DashboardHandlerOptions`, resolved. `path` is empty where there is none, and has no slash at its end. */
export type ResolvedHandler = Required<DashboardHandlerOptions>;

/** Where a dashboard listens. */
interface Address {
  readonly port: number;
  readonly host: string;
}

const HISTORIES: readonly unknown[] = ['always', 'watched', 'off'];
const HANDLER: OptionNames<DashboardHandlerOptions> = {
  allowedHosts: true,
  path: true,
  history: true,
  historyEvents: true,
};
const SERVER: OptionNames<DashboardOptions> = { ...HANDLER, port: true, host: true };

/** Fills in the defaults; throws a `TypeError` or `RangeError` for what makes no sense. */
export function resolveHandler(options: DashboardHandlerOptions): ResolvedHandler {
  checkObject('options', options);
  checkKnown('dashboardHandler', options, HANDLER, { basePath: 'path', prefix: 'path' });
  const { allowedHosts = [], path = '', history = 'always', historyEvents = 50_000 } = options;
  if (allowedHosts !== 'any' && !Array.isArray(allowedHosts)) {
    throw new TypeError(`allowedHosts must be a list or 'any', not ${kindOf(allowedHosts)}`);
  }
  if (!HISTORIES.includes(history)) throw new TypeError(`history must be one of ${HISTORIES.join(', ')}`);
  return { allowedHosts, path: pathOf(path), history, historyEvents: count('historyEvents', historyEvents, 1) };
}

/** The same for a dashboard with a server of its own, which may be asked by the name that it listens at. */
export function resolveDashboard(options: DashboardOptions): Address & { readonly handler: ResolvedHandler } {
  checkObject('options', options);
  checkKnown('serveDashboard', options, SERVER, { hostname: 'host', basePath: 'path', prefix: 'path' });
  const { host = '127.0.0.1', port, ...handler } = options;
  count('port', port, 0);
  if (port > 65_535) throw new RangeError(`port must be at most 65535, not ${port}`);
  if (typeof host !== 'string' || host === '') throw new TypeError('host must be the address to listen at');
  const resolved = resolveHandler(handler);
  const { allowedHosts } = resolved;
  return {
    port,
    host,
    handler: { ...resolved, allowedHosts: allowedHosts === 'any' ? 'any' : [host, ...allowedHosts] },
  };
}

function pathOf(path: unknown): string {
  if (typeof path === 'string' && /^(\/[^?#]*)?$/.test(path)) return path.replace(/\/+$/, '');
  throw new TypeError(`path must begin with a slash, such as /pools, not ${JSON.stringify(path)}`);
}
