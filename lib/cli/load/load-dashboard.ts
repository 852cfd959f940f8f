import { serveDashboard } from '../../dashboard/serve-dashboard.ts';
import type { WatchedPool } from '../../dashboard/watched-pool.ts';
import type { CommandIo } from '../command-io.ts';

/** The page beside a load, or nothing at all. */
export interface LoadDashboard extends AsyncDisposable {
  /** Shows this pool from now on, until the next one comes: each run has its own. */
  readonly show: (pool: WatchedPool) => void;
}

/**
 * Serves a dashboard where a port is given, and tells its address on stderr, for stdout belongs to the report. Rejects
 * where it cannot listen.
 */
export async function loadDashboard(port: number | undefined, { stderr }: CommandIo): Promise<LoadDashboard> {
  let shown: readonly WatchedPool[] = [];
  const show = (pool: WatchedPool): void => {
    shown = [pool];
  };
  if (port === undefined) return { show, [Symbol.asyncDispose]: () => Promise.resolve() };
  const dashboard = await serveDashboard({ pools: () => shown }, { port });
  stderr.write(`dashboard: ${dashboard.url}\n`);
  return { show, [Symbol.asyncDispose]: () => dashboard.close() };
}
