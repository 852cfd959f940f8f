import type { Second } from '../../lib/dashboard/protocol.ts';

/** The counts of a second in which nothing happened. */
export const noCounts: Second['counts'] = {
  failedCheckouts: 0,
  connects: 0,
  failedConnects: 0,
  deaths: 0,
  healthCheckFailures: 0,
  leaks: 0,
  checks: 0,
};
