import type { IncomingMessage, ServerResponse } from 'node:http';
import { admissionOf } from './admission.ts';
import { Answers } from './answers.ts';
import { assetFiles } from './assets.ts';
import { type DashboardHandlerOptions, resolveHandler } from './dashboard-options.ts';
import { type Pools, ListedPools } from './pool-list.ts';

/** Answers requests for a dashboard, whatever is wrong with one. */
export interface DashboardHandler {
  /** `next` is called for what is not the dashboard's; without it that is answered with 404. */
  (request: IncomingMessage, response: ServerResponse, next?: () => void): void;
  /** Ends all open pages and what is recorded. To be called before the server is closed, which waits for them. */
  readonly close: () => void;
}

/**
 * The dashboard of `serveDashboard` for a server that you have: Express (`app.use('/pools', handler)`), Fastify or
 * `node:http`, below any path. Throws a `TypeError` or `RangeError` for options that make no sense.
 */
export function dashboardHandler(pools: Pools, options: DashboardHandlerOptions = {}): DashboardHandler {
  const resolved = resolveHandler(options);
  const listed = new ListedPools(pools, resolved);
  const { answer } = new Answers({
    listed,
    path: resolved.path,
    admission: admissionOf(resolved.allowedHosts),
    assets: assetFiles(),
  });
  const close = (): void => {
    listed.close();
  };
  return Object.assign(answer, { close });
}
