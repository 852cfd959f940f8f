import type { ConnectionRecord, PoolState } from '../state/pool-state.ts';
import type { EventRecorder } from './event-recorder.ts';
import { sampleOf } from './event-sample.ts';
import type { Cell, Frame, Gauges, HistoryRange, ViewSnapshot } from './protocol.ts';
import { cellOf, firstWaiters, gaugesNow, viewOf } from './view.ts';
import type { WatchedPool } from './watched-pool.ts';
import type { WindowFeed } from './window-feed.ts';

/** What frames are made of. */
export interface FrameSource {
  readonly id: number;
  readonly pool: WatchedPool;
  readonly recorder: EventRecorder;
  readonly windows: WindowFeed;
  readonly hasHistory: boolean;
  readonly range: HistoryRange | undefined;
}

/**
 * What one reader is told: a snapshot, and then what has changed since it was told last, however long ago that is. All
 * that is kept for that is one state, and what is unchanged in the next one is identical.
 */
export class Frames {
  readonly #source: FrameSource;
  #state: PoolState;
  #gauges: Gauges;
  #windows = 0;

  constructor(source: FrameSource) {
    this.#source = source;
    this.#state = source.pool.state;
    this.#gauges = gaugesNow(source.pool, this.#state);
  }

  snapshot(): ViewSnapshot {
    const { id, pool, recorder, windows, hasHistory } = this.#source;
    const { version, endpoints } = this.#state;
    const points = windows.after(0);
    this.#windows = windows.count;
    return {
      ...viewOf(id, this.#state, this.#gauges, performance.now()),
      name: pool.name,
      timeOrigin: performance.timeOrigin,
      endpoints,
      windows: points,
      isSampled: recorder.isSampling,
      events: recorder.sampleUpTo(version),
      troubles: recorder.troublesAfter(0),
      hasHistory,
      ...this.#history,
    };
  }

  /** `undefined` when there is nothing new. */
  next(): Frame | undefined {
    const { id, pool, recorder, windows } = this.#source;
    const [before, state] = [this.#state, pool.state];
    const gauges = gaugesNow(pool, state);
    if (state.version === before.version && windows.count === this.#windows && isSame(gauges, this.#gauges)) {
      return undefined;
    }
    const points = windows.after(this.#windows);
    const troubles = recorder.troublesAfter(before.version);
    [this.#state, this.#gauges, this.#windows] = [state, gauges, windows.count];
    return {
      pool: id,
      version: state.version,
      at: performance.now(),
      gauges,
      ...changes(before, state),
      waiters: firstWaiters(state),
      ...(state.endpoints !== before.endpoints && { endpoints: state.endpoints }),
      events: sampleOf(recorder.newestAfter(before.version), before.version, state.version),
      isSampled: recorder.isSampling,
      ...(troubles.length > 0 && { troubles }),
      windows: points,
      ...this.#history,
    };
  }

  get #history(): Pick<Frame, 'history'> {
    const { range: history } = this.#source;
    return history === undefined ? {} : { history };
  }
}

function changes(
  before: PoolState,
  { connections }: PoolState,
): { cells: readonly Cell[]; emptied: readonly number[] } {
  const cells: Cell[] = [];
  const emptied: number[] = [];
  const slots = Math.max(before.connections.slots, connections.slots);
  for (let slot = 0; slot < slots; slot++) {
    const [was, is]: (ConnectionRecord | undefined)[] = [before.connections.get(slot), connections.get(slot)];
    if (was === is) continue;
    if (is === undefined) emptied.push(slot);
    else cells.push(cellOf(is));
  }
  return { cells, emptied };
}

/** What may change without an event: what the clock does to the pressure, and what comes after the end. */
function isSame(one: Gauges, other: Gauges): boolean {
  return (
    one.pressure === other.pressure &&
    one.failedCheckouts === other.failedCheckouts &&
    one.invalidCheckins === other.invalidCheckins
  );
}
