import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolState } from '../state/pool-state.ts';
import { replay } from '../state/replay.ts';
import type { HistoryRange } from './protocol.ts';

/** Events of a pool, and the state before the first of them. */
export interface Segment {
  /** When the pool was in the state before, in milliseconds of its monotonic clock. */
  readonly at: number;
  readonly before: PoolState;
  readonly events: PoolEvent[];
  /** Whether they are all that there were; otherwise this is a gap, of which only the state before can be shown. */
  readonly isWhole: boolean;
}

/** The pool at a version that is past. */
export interface PastState {
  readonly state: PoolState;
  /** The event that made it; `undefined` where it is not kept, which is so of the first one. */
  readonly event: PoolEvent | undefined;
  readonly at: number;
}

/** The events of segments after a version and up to another one, the newest first. */
export function* newestOf(segments: readonly Segment[], after: number, upTo: number): Iterable<PoolEvent> {
  for (const { before, events } of segments.toReversed()) {
    if (before.version >= upTo) continue;
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i];
      if (event === undefined || event.version <= after) return;
      if (event.version <= upTo) yield event;
    }
  }
}

/** The last version that can be shown of those made up to an instant; `undefined` where the segments begin later. */
export function versionAt(segments: readonly Segment[], at: number): number | undefined {
  const segment = segments.findLast((each) => each.at <= at);
  if (segment === undefined) return undefined;
  const last = segment.isWhole ? segment.events.findLast((event) => event.at <= at) : undefined;
  return last?.version ?? segment.before.version;
}

/** The first version after another one that can be shown; `undefined` where there is none. */
export function versionAfter(segments: readonly Segment[], version: number): number | undefined {
  const last = segments.findLastIndex(({ before }) => before.version <= version);
  const segment = segments[last];
  const isNextIn = segment?.isWhole === true && version < segment.before.version + segment.events.length;
  return isNextIn
    ? version + 1
    : segments.slice(last + 1).find(({ before }) => before.version > version)?.before.version;
}

/** The versions that segments tell of; `undefined` where there are none. */
export function rangeOf(pool: number, segments: readonly Segment[]): HistoryRange | undefined {
  const [first, last] = [segments[0], segments.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const newest = last.isWhole ? last.events.at(-1) : undefined;
  const { version: to, at: toAt } = newest ?? { version: last.before.version, at: last.at };
  return { pool, from: first.before.version, to, fromAt: first.at, toAt };
}

/** A version within their range; of one within a gap, the one with which the gap begins. */
export function pastOf(segments: readonly Segment[], version: number): PastState {
  const segment = segments.findLast(({ before }) => before.version <= version) ?? segments[0];
  if (segment === undefined) throw new RangeError(`version ${version} is not kept`);
  const events = segment.isWhole ? segment.events.slice(0, version - segment.before.version) : [];
  const state = replay(events, segment.before);
  const event = events.at(-1) ?? eventOf(segments, state.version);
  return { state, event, at: event?.at ?? segment.at };
}

/** The event of a version with which a segment begins. */
function eventOf(segments: readonly Segment[], version: number): PoolEvent | undefined {
  const [event] = newestOf(segments, version - 1, version);
  return event;
}
