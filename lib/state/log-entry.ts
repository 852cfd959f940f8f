import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolStateJson } from './pool-state.ts';

/** The state at one moment, which stands in a log where it begins in the middle or has a gap. */
export interface LogSnapshot {
  readonly type: 'snapshot';
  readonly state: PoolStateJson;
}

/** So many events are missing from a log here. */
export interface LogGap {
  readonly type: 'dropped';
  readonly events: number;
}

/** What a log consists of. */
export type LogEntry = PoolEvent | LogSnapshot | LogGap;
