import type { Subscription } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { report } from '../base/report.ts';
import { eventsInBursts, isOfLeases } from './event-bursts.ts';
import { type PastState, type Segment, newestOf, pastOf, rangeOf, versionAfter, versionAt } from './event-segments.ts';
import { firstSampleOf } from './event-sample.ts';
import type { EventSample, HistoryRange, Trouble } from './protocol.ts';
import { isRare } from './shared/event-words.ts';
import { TroubleTally } from './trouble-tally.ts';
import type { WatchedPool } from './watched-pool.ts';

/** A version that is past, what can be shown besides, and what had happened last. */
export interface RecordedPast extends PastState {
  readonly range: HistoryRange;
  readonly events: EventSample;
}

/** So many events are replayed for a look into the past at most. */
const SEGMENT = 2000;
/** Rare events that are kept for whoever comes later, however many others there are. */
const MOST_RARE = 500;
/** So many of the last events are looked through for a first sample. */
const FIRST_EVENTS = 5000;
/** For how long a past that somebody looks at stays as it is, in milliseconds. */
const HELD_MS = 60_000;

/**
 * The last events of a pool, with a snapshot every few thousand, so that any version among them is a short `replay`. To
 * take an event is to append it to a list; a snapshot costs what reading `pool.state` does.
 */
export class EventRecorder {
  /** So many events are kept at most, and up to two segments more. */
  mostEvents: number;
  readonly #pool: WatchedPool;
  #segments: Segment[] = [];
  #kept = 0;
  #isSampling = false;
  /** The newest last; up to twice as many as are told, so that they are moved once in so many. */
  #rare: PoolEvent[] = [];
  readonly #troubles = new TroubleTally();
  #subscription: Subscription | undefined;
  /** The past as it was when somebody began to look at it: at a hundred thousand events a second it would be gone. */
  #held: { readonly segments: readonly Segment[]; lookedAt: number } | undefined;

  constructor(pool: WatchedPool, mostEvents: number) {
    this.#pool = pool;
    this.mostEvents = mostEvents;
  }

  begin(): void {
    if (this.#subscription !== undefined) return;
    this.#push(true);
    const events$ = eventsInBursts(this.#pool, {
      begun: () => {
        this.#isSampling = true;
        this.#push(false);
      },
      ended: () => {
        this.#push(true);
      },
      over: () => {
        this.#isSampling = false;
      },
    });
    this.#subscription = events$.subscribe({
      next: this.#take.bind(this),
      error: report,
      complete: () => {
        // The end is to be seen, also where it comes in a gap.
        if (this.#segments.at(-1)?.isWhole === false) this.#push(true);
        this.#isSampling = false;
      },
    });
  }

  /** Forgets everything but what went wrong. */
  end(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#segments = [];
    this.#kept = 0;
    this.#rare = [];
    this.#held = undefined;
    this.#isSampling = false;
  }

  /** Whether leases are recorded in bursts at present, because there are too many. */
  get isSampling(): boolean {
    return this.#isSampling;
  }

  /** What somebody is told first who looks at a version: the events before it, and rare ones from longer ago. */
  sampleUpTo(version: number, segments: readonly Segment[] = this.#segments): EventSample {
    return firstSampleOf(newestOf(segments, version - FIRST_EVENTS, version), this.#rare.slice(-MOST_RARE), version);
  }

  /** What went wrong after a version, while it was recorded. */
  troublesAfter(version: number): readonly Trouble[] {
    return this.#troubles.after(version);
  }

  /** What had gone wrong by then. */
  troublesUpTo(at: number): readonly Trouble[] {
    return this.#troubles.upTo(at);
  }

  /** From which version on every one is kept, but for gaps, also of a past that somebody looks at. */
  get firstVersion(): number | undefined {
    return (this.#held?.segments ?? this.#segments)[0]?.before.version;
  }

  /** The last version that can be shown of those made up to an instant; `undefined` where nothing is kept from so long ago. */
  versionAt(at: number): number | undefined {
    const { segments } = this.#held ?? { segments: this.#segments };
    const { toAt = -Infinity } = rangeOf(0, segments) ?? {};
    return versionAt(at <= toAt ? segments : this.#segments, at);
  }

  /** The first version after another one that can be shown; `undefined` where there is none. */
  versionAfter(version: number): number | undefined {
    return versionAfter(this.#held?.segments ?? this.#segments, version) ?? versionAfter(this.#segments, version);
  }

  /** What of the past can be shown; `undefined` where nothing is recorded. */
  range(pool: number): HistoryRange | undefined {
    return rangeOf(pool, this.#segments);
  }

  /** The version, or the nearest one that is kept; from then on the same past stays for a minute after the last look. */
  look(pool: number, version: number, now: number): RecordedPast | undefined {
    const held = this.#hold(pool, version, now);
    const range = held && rangeOf(pool, held);
    if (held === undefined || range === undefined) return undefined;
    const past = pastOf(held, Math.min(range.to, Math.max(range.from, version)));
    const { version: shown } = past.state;
    return { ...past, range, events: this.sampleUpTo(shown, held) };
  }

  /** Lets go of a past that nobody has looked at for long. */
  sweep(now: number): void {
    if (this.#held !== undefined && now - this.#held.lookedAt > HELD_MS) this.#held = undefined;
  }

  /** The events after a version, the newest first. */
  newestAfter(version: number): Iterable<PoolEvent> {
    return newestOf(this.#segments, version, Infinity);
  }

  #take(event: PoolEvent): void {
    this.#sort(event);
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
    this.#segments.push({ at: performance.now(), before: this.#pool.state, events: [], isWhole });
    while (this.#kept - (this.#segments[0]?.events.length ?? 0) >= this.mostEvents) this.#dropOldest();
  }

  #sort(event: PoolEvent): void {
    if (isOfLeases(event)) return;
    this.#troubles.take(event);
    if (!isRare(event)) return;
    this.#rare.push(event);
    if (this.#rare.length >= 2 * MOST_RARE) this.#rare = this.#rare.slice(-MOST_RARE);
  }

  #belongsBefore(last: Segment, event: PoolEvent): boolean {
    const before = this.#segments.at(-2);
    if (before === undefined || event.version <= before.before.version || last.events.length > 0) return false;
    // After a lease that was not heard of it fits no more.
    if (before.isWhole && event.version !== before.before.version + before.events.length + 1) return false;
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
