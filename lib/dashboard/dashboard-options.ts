import { checkObject, count, kindOf } from '../base/durations.ts';

/** How a dashboard is served. */
export interface DashboardOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The address to listen at, `127.0.0.1`. Whoever can reach it can read all that is shown; nobody can change anything. */
  readonly host?: string;
  /** Names besides `localhost` and `host` that the server may be asked by, where it stands behind a proxy, say. */
  readonly allowedHosts?: readonly string[];
  /**
   * When events are recorded for time travel: while a page is open (`watched`, the default), from now to the end
   * (`always`), or never (`off`).
   */
  readonly history?: 'watched' | 'always' | 'off';
  /** How many events of each pool are kept for that at most: 50 000. */
  readonly historyEvents?: number;
}

/** `DashboardOptions`, resolved. */
export type ResolvedDashboard = Required<DashboardOptions>;

const HISTORIES: readonly unknown[] = ['watched', 'always', 'off'];

/** Fills in the defaults; throws a `TypeError` or `RangeError` for what makes no sense. */
export function resolveDashboard(options: DashboardOptions): ResolvedDashboard {
  checkObject('options', options);
  const { host = '127.0.0.1', allowedHosts = [], history = 'watched', historyEvents = 50_000 } = options;
  const port = count('port', options.port, 0);
  if (port > 65_535) throw new RangeError(`port must be at most 65535, not ${port}`);
  if (typeof host !== 'string' || host === '') throw new TypeError('host must be the address to listen at');
  if (!Array.isArray(allowedHosts)) throw new TypeError(`allowedHosts must be a list, not ${kindOf(allowedHosts)}`);
  if (!HISTORIES.includes(history)) throw new TypeError(`history must be one of ${HISTORIES.join(', ')}`);
  return { port, host, allowedHosts, history, historyEvents: count('historyEvents', historyEvents, 1) };
}
