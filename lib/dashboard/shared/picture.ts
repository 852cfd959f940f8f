import type { PoolEvent } from '../../events/pool-event.ts';
import type { EndpointRecord } from '../../state/endpoint-record.ts';
import type { Waiter } from '../../state/pool-state.ts';
import type { Cell, Frame, Gauges, HistoryRange, Trouble, View, ViewSnapshot, WindowPoint } from '../protocol.ts';
import { isRare } from './event-words.ts';

/** A pool as its dashboard has shown it last. */
export interface Picture {
  /** The id of the pool. */
  readonly pool: number;
  readonly name: string;
  readonly version: number;
  /** In milliseconds of the pool's monotonic clock. */
  readonly at: number;
  /** When that clock was 0, in milliseconds of the wall clock. */
  readonly timeOrigin: number;
  readonly gauges: Gauges;
  /** By slot, in no order. */
  readonly cells: ReadonlyMap<number, Cell>;
  /** The first ones. */
  readonly waiters: readonly Waiter[];
  /** Empty where the pool has none. */
  readonly endpoints: readonly EndpointRecord[];
  /** Whether it has some, or had. */
  readonly hasEndpoints: boolean;
  /** Of the last three minutes in which anybody watched, the newest last; the same list until another one ends. */
  readonly windows: readonly WindowPoint[];
  /** Windows that have ended since it is watched here. */
  readonly fresh: number;
  /** The newest last; those that are rare stay for longer than those of each checkout. */
  readonly events: readonly PoolEvent[];
  /** Events since it is watched here that were not told one by one. */
  readonly leftOut: number;
  /** Whether leases are looked at in bursts, because there are so many. */
  readonly isSampled: boolean;
  /** What went wrong, each kind once; what came last is the last. */
  readonly troubles: readonly Trouble[];
  readonly hasHistory: boolean;
  /** The versions that can be looked back at. */
  readonly history: HistoryRange | undefined;
}

const MOST_WINDOWS = 180;
/** Events that are kept of those that each checkout makes, and of all others. */
const MOST_COMMON = 1000;
const MOST_RARE = 1000;
/** Kinds of trouble that are kept. */
const MOST_TROUBLES = 100;

/** The picture that a stream begins with. */
export function pictureOf(snapshot: ViewSnapshot): Picture {
  const {
    name,
    timeOrigin,
    cells,
    endpoints,
    windows,
    events,
    isSampled,
    troubles = [],
    hasHistory,
    history,
  } = snapshot;
  return {
    ...partsOf(snapshot),
    name,
    timeOrigin,
    cells: new Map(bySlot(cells)),
    endpoints,
    hasEndpoints: endpoints.length > 0,
    windows: windows.slice(-MOST_WINDOWS),
    fresh: 0,
    events: newestOf(events.list),
    leftOut: 0,
    isSampled: isSampled === true,
    troubles,
    hasHistory,
    history,
  };
}

/** The picture after a frame. */
export function pictureAfter(before: Picture, frame: Frame): Picture {
  const emptied = new Set(frame.emptied);
  const left = [...before.cells].filter(([slot]) => !emptied.has(slot));
  return {
    ...before,
    ...partsOf(frame),
    cells: new Map([...left, ...bySlot(frame.cells)]),
    endpoints: frame.endpoints ?? before.endpoints,
    hasEndpoints: before.hasEndpoints || frame.endpoints !== undefined,
    windows: frame.windows.length === 0 ? before.windows : [...before.windows, ...frame.windows].slice(-MOST_WINDOWS),
    fresh: before.fresh + frame.windows.length,
    events: newestOf([...before.events, ...frame.events.list]),
    leftOut: before.leftOut + frame.events.leftOut,
    isSampled: frame.isSampled === true,
    troubles: frame.troubles === undefined ? before.troubles : troublesAfter(before.troubles, frame.troubles),
    history: frame.history,
  };
}

/** The last window that ended while the pool was watched here; what is older says nothing of now. */
export function lastWindow({ windows, fresh }: Pick<Picture, 'windows' | 'fresh'>): WindowPoint | undefined {
  return fresh === 0 ? undefined : windows.at(-1);
}

function partsOf({ pool, version, at, gauges, waiters }: View): Omit<View, 'cells' | 'endpoints'> {
  return { pool, version, at, gauges, waiters };
}

function bySlot(cells: readonly Cell[]): (readonly [slot: number, cell: Cell])[] {
  return cells.map((cell) => [cell[0], cell]);
}

function troublesAfter(before: readonly Trouble[], news: readonly Trouble[]): readonly Trouble[] {
  const ids = new Set(news.map(({ id }) => id));
  return [...before.filter(({ id }) => !ids.has(id)), ...news].slice(-MOST_TROUBLES);
}

/** A busy pool would soon leave nothing but checkouts, so that the rare ones have room of their own. */
function newestOf(events: readonly PoolEvent[]): readonly PoolEvent[] {
  if (events.length <= Math.min(MOST_COMMON, MOST_RARE)) return events;
  let [common, rare] = [0, 0];
  const isKept = (event: PoolEvent): boolean => (isRare(event) ? rare++ < MOST_RARE : common++ < MOST_COMMON);
  return events.toReversed().filter(isKept).toReversed();
}
