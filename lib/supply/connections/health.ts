import type { ConnectionRecord } from '../../state/pool-state.ts';

/**
 * The outcome of one check. `error` is empty if it is healthy; `tookMs` is absent if a failed request counted as a
 * check.
 */
export interface HealthOutcome {
  readonly healthy: boolean;
  readonly error: string;
  readonly tookMs?: number;
}

/** Failed checks in a row after which an unhealthy connection is replaced. */
const GIVE_UP_AFTER = 3;

/** Whether a connection has failed so many checks that it has to be replaced. */
export function isHopeless(record: ConnectionRecord | undefined, unhealthyAfter: number): boolean {
  return record !== undefined && record.failureCount >= Math.max(GIVE_UP_AFTER, unhealthyAfter);
}
