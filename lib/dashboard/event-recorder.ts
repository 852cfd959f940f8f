import type { Subscription } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { report } from '../base/report.ts';
import type { PoolState } from '../state/pool-state.ts';
import { replay } from '../state/replay.ts';
import { eventsInBursts } from './event-bursts.ts';
import type { HistoryRange } from './protocol.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Events of a pool, and the state before the first of them. */
interface Segment {
  readonly before: PoolState;
  readonly events: PoolEvent[];
  /** Whether they are all that there were, or the rare ones alone. */
  readonly isWhole: boolean;
}

/** The pool at a version that is past. */
interface PastState {
  readonly state: PoolState;
  /** The event that made it; `undefined` for the first one that is kept. */
  readonly event: PoolEvent | undefined;
  readonly at: number;
}

/** So many events are replayed for a look into the past at most. */
const SEGMENT = 2000;
/** For how long a past that somebody looks at stays as it is, in milliseconds. */
const HELD_MS = 60_000;

/**
 * The last events of a pool, with a snapshot every few thousand, so that any version among them is a short `replay`. To
 * take an event is to append it to a list; a snapshot costs what reading `pool.state` does.
 */
export class EventRecorder {
  readonly #pool: WatchedPool;
  readonly #mostEvents: number;
  #segments: Segment[] = [];
  #kept = 0;
  #isSampling = false;
  #subscription: Subscription | undefined;
  /** The past as it was when somebody began to look at it: at a hundred thousand events a second it would be gone. */
  #held: { readonly segments: readonly Segment[]; lookedAt: number } | undefined;

  constructor(pool: WatchedPool, mostEvents: number) {
    this.#pool = pool;
    this.#mostEvents = mostEvents;
  }

  begin(): void {
    if (this.#subscription !== undefined) return;
    this.#push(true);
    const events$ = eventsInBursts(this.#pool, {
      begun: () => {
        this.#isSampling = true;
        this.#push(false);
      },
      ended: (isLast) => {
        this.#isSampling = !isLast;
        this.#push(true);
      },
    });
    this.#subscription = events$.subscribe({ next: this.#take.bind(this), error: report });
  }

  /** Forgets everything. */
  end(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#segments = [];
    this.#kept = 0;
    this.#held = undefined;
    this.#isSampling = false;
  }

  /** Whether leases are recorded in bursts at present, because there are too many. */
  get isSampling(): boolean {
    return this.#isSampling;
  }

  /** What of the past can be shown; `undefined` where nothing is recorded. */
  range(pool: number): HistoryRange | undefined {
    return rangeOf(pool, this.#segments);
  }

  /** The version, or the nearest one that is kept; from then on the same past stays for a minute after the last look. */
  look(pool: number, version: number, now: number): (PastState & { readonly range: HistoryRange }) | undefined {
    const held = this.#hold(pool, version, now);
    const range = held && rangeOf(pool, held);
    if (held === undefined || range === undefined) return undefined;
    return { ...pastOf(held, Math.min(range.to, Math.max(range.from, version)), range), range };
  }

  /** Lets go of a past that nobody has looked at for long. */
  sweep(now: number): void {
    if (this.#held !== undefined && now - this.#held.lookedAt > HELD_MS) this.#held = undefined;
  }

  /** The events after a version, the newest first. */
  *newestAfter(version: number): Iterable<PoolEvent> {
    for (let s = this.#segments.length - 1; s >= 0; s--) {
      const events = this.#segments[s]?.events ?? [];
      for (let i = events.length - 1; i >= 0; i--) {
        const event = events[i];
        if (event === undefined || event.version <= version) return;
        yield event;
      }
    }
  }

  #take(event: PoolEvent): void {
    const last = this.#segments.at(-1);
    if (last === undefined) return;
    if (event.version > last.before.version) last.events.push(event);
    else if (!this.#belongsBefore(last, event)) return;
    this.#kept++;
    if (last.events.length < SEGMENT) return;
    // The state may be ahead of the event that is being told; those in between belong to the segment before.
    this.#push(last.isWhole);
  }

  #push(isWhole: boolean): void {
    this.#segments.push({ before: this.#pool.state, events: [], isWhole });
    while (this.#kept - (this.#segments[0]?.events.length ?? 0) >= this.#mostEvents) this.#dropOldest();
  }

  #belongsBefore(last: Segment, event: PoolEvent): boolean {
    const before = this.#segments.at(-2);
    if (before === undefined || event.version <= before.before.version || last.events.length > 0) return false;
    before.events.push(event);
    return true;
  }

  #dropOldest(): void {
    this.#kept -= this.#segments.shift()?.events.length ?? 0;
  }

  #hold(pool: number, version: number, now: number): readonly Segment[] | undefined {
    const range = this.#held && rangeOf(pool, this.#held.segments);
    const isHeld = range !== undefined && version >= range.from && version <= range.to;
    if (this.#held === undefined || !isHeld) {
      if (this.#segments.length === 0) return undefined;
      // The last one goes on being written to.
      const segments = this.#segments.map((segment) => ({ ...segment, events: [...segment.events] }));
      this.#held = { segments, lookedAt: now };
    }
    this.#held.lookedAt = now;
    return this.#held.segments;
  }
}

function rangeOf(pool: number, segments: readonly Segment[]): HistoryRange | undefined {
  const first = segments[0];
  if (first === undefined) return undefined;
  const last = lastEvent(segments);
  const { before } = first;
  const fromAt = first.events[0]?.at ?? 0;
  return { pool, from: before.version, to: last?.version ?? before.version, fromAt, toAt: last?.at ?? fromAt };
}

function lastEvent(segments: readonly Segment[]): PoolEvent | undefined {
  return segments.findLast(({ events }) => events.length > 0)?.events.at(-1);
}

function pastOf(segments: readonly Segment[], version: number, { fromAt }: HistoryRange): PastState {
  const segment = segments.findLast(({ before }) => before.version <= version) ?? segments[0];
  if (segment === undefined) throw new RangeError(`version ${version} is not kept`);
  // Of a gap it is known how it began.
  const events = segment.isWhole ? segment.events.slice(0, version - segment.before.version) : [];
  const state = replay(events, segment.before);
  const event = events.at(-1) ?? eventOf(segments, state.version);
  return { state, event, at: event?.at ?? fromAt };
}

/** The event of a version with which a segment begins. */
function eventOf(segments: readonly Segment[], version: number): PoolEvent | undefined {
  for (const { before, events, isWhole } of segments) {
    if (isWhole && version > before.version && version <= before.version + events.length) {
      return events[version - before.version - 1];
    }
  }
  return undefined;
}
