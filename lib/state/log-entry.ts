import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolStateJson } from './pool-state.ts';

/** The state at one moment: stands in a log that does not begin with the first event, or after a gap. */
export interface LogSnapshot {
  /** Tells the snapshot from an event. */
  readonly type: 'snapshot';
  /** The whole state. */
  readonly state: PoolStateJson;
}

/** A gap in a log: some events are missing here. */
export interface LogGap {
  /** Tells the gap from an event. */
  readonly type: 'dropped';
  /** How many events are missing. */
  readonly events: number;
}

/** One entry of a log. */
export type LogEntry = PoolEvent | LogSnapshot | LogGap;
