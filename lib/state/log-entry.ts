import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolStateJson } from './pool-state.ts';

/** The state at one moment, which stands in a log where it begins in the middle or has a gap. */
export interface LogSnapshot {
  /** What makes it a snapshot and no event. */
  readonly type: 'snapshot';
  /** The whole state. */
  readonly state: PoolStateJson;
}

/** So many events are missing from a log here. */
export interface LogGap {
  /** What makes it a gap and no event. */
  readonly type: 'dropped';
  /** How many events are missing. */
  readonly events: number;
}

/** What a log consists of. */
export type LogEntry = PoolEvent | LogSnapshot | LogGap;
