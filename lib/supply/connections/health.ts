import type { ConnectionRecord } from '../../state/pool-state.ts';

/** The outcome of one check; `error` is empty where it is healthy, and `tookMs` absent where no check was made. */
export interface HealthOutcome {
  readonly healthy: boolean;
  readonly error: string;
  readonly tookMs?: number;
}

/** Failed checks in a row after which a connection is replaced, if it is unhealthy by then. */
const GIVE_UP_AFTER = 3;

/** Whether a connection has failed so many checks that it is to be replaced. */
export function isHopeless(record: ConnectionRecord | undefined, unhealthyAfter: number): boolean {
  return record !== undefined && record.failureCount >= Math.max(GIVE_UP_AFTER, unhealthyAfter);
}
