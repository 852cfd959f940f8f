import type { Cell, Frame, Gauges, ViewSnapshot, View, WindowPoint } from '../../dashboard/protocol.ts';
import type { PoolEvent } from '../../events/pool-event.ts';
import { isSlot } from '../../state/connection-table.ts';
import type { Waiter } from '../../state/pool-state.ts';
import { isRare } from '../terminal/event-words.ts';

/** A pool as its dashboard has shown it last. */
export interface Picture {
  readonly pool: number;
  readonly name: string;
  readonly version: number;
  /** In milliseconds of the pool's monotonic clock. */
  readonly at: number;
  readonly gauges: Gauges;
  /** By slot; absent where nothing is. */
  readonly slots: readonly (Cell | undefined)[];
  readonly waiters: readonly Waiter[];
  /** Of the last minute, the newest last. */
  readonly windows: readonly WindowPoint[];
  /** Windows that have ended since it is watched. */
  readonly fresh: number;
  /** The last ones, and the last ones that stand out. */
  readonly events: readonly PoolEvent[];
  readonly rareEvents: readonly PoolEvent[];
}

const MINUTE_MS = 60_000;
const MOST_EVENTS = 100;

/** The picture that a stream begins with. */
export function pictureOf(snapshot: ViewSnapshot): Picture {
  const { name, windows, events, at } = snapshot;
  return {
    ...partsOf(snapshot),
    name,
    slots: filled([], snapshot.cells),
    windows: ofLastMinute(windows, at),
    fresh: 0,
    events: events.list.slice(-MOST_EVENTS),
    rareEvents: events.list.filter(isRare).slice(-MOST_EVENTS),
  };
}

/** The picture after a frame. */
export function pictureAfter(before: Picture, frame: Frame): Picture {
  const emptied = new Set(frame.emptied);
  const slots = before.slots.map((cell, slot) => (emptied.has(slot) ? undefined : cell));
  return {
    ...partsOf(frame),
    name: before.name,
    slots: filled(slots, frame.cells),
    windows: ofLastMinute([...before.windows, ...frame.windows], frame.at),
    fresh: before.fresh + frame.windows.length,
    events: [...before.events, ...frame.events.list].slice(-MOST_EVENTS),
    rareEvents: [...before.rareEvents, ...frame.events.list.filter(isRare)].slice(-MOST_EVENTS),
  };
}

/** The last window that ended while it was watched; what is older says nothing of now. */
export function lastWindow({ windows, fresh }: Picture): WindowPoint | undefined {
  return fresh === 0 ? undefined : windows.at(-1);
}

function partsOf({ pool, version, at, gauges, waiters }: View): Omit<View, 'cells' | 'endpoints'> {
  return { pool, version, at, gauges, waiters };
}

function filled(slots: readonly (Cell | undefined)[], cells: readonly Cell[]): readonly (Cell | undefined)[] {
  const next = [...slots];
  for (const cell of cells) {
    // What answers there may be no dashboard of ours.
    if (!isSlot(cell[0])) continue;
    while (next.length < cell[0]) next.push(undefined);
    next[cell[0]] = cell;
  }
  while (next.length > 0 && next.at(-1) === undefined) next.pop();
  return next;
}

function ofLastMinute(windows: readonly WindowPoint[], now: number): readonly WindowPoint[] {
  return windows.filter(({ at }) => at > now - MINUTE_MS);
}
