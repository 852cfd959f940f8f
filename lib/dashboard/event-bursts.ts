import { Observable, type Subscriber, Subscription, filter } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { committedOf, madeOf } from '../pool/internals.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Told when only the events come from now on that are not of leases, and when all of them come again. */
export interface Gaps {
  begun(): void;
  /** `isLast`: there is no longer so much that another gap is to follow. */
  ended(isLast: boolean): void;
}

/** More events than this in a second, and they are taken in bursts: about 20 000 checkouts and their checkins. */
const MOST_PER_SECOND = 40_000;
/** How many events a burst has, and how long the rest after it is, in milliseconds. */
const BURST = 1000;
const REST_MS = 100;

/**
 * The events of a pool as they are committed. Above 20 000 checkouts a second they come in bursts of a thousand, ten times a
 * second, with gaps in which all but those of leases come: to hear of each lease would cost the pool a part of its throughput.
 *
 * Emits in the order of the versions; within a burst without a gap. Errors and completes as the events do.
 */
export function eventsInBursts(pool: Pick<WatchedPool, 'events$' | 'state'>, gaps?: Gaps): Observable<PoolEvent> {
  return new Observable((subscriber) => {
    const bursts = new Bursts(pool, gaps, subscriber);
    subscriber.add(() => {
      bursts.end();
    });
    bursts.begin();
  });
}

/** Whether an event is one of those that a pool makes only while somebody hears them: a lease that begins or ends, a waiter that comes. */
export function isOfLeases({ type }: Pick<PoolEvent, 'type'>): boolean {
  return type === 'checkout' || type === 'checkin' || type === 'wait';
}

/** One subscription to the events of a pool, and whether all of them come or only those that are not of leases. */
class Bursts {
  readonly #pool: Pick<WatchedPool, 'events$' | 'state'>;
  readonly #gaps: Gaps | undefined;
  readonly #subscriber: Subscriber<PoolEvent>;
  #source = new Subscription();
  #timer: NodeJS.Timeout | undefined;
  /** How many events may still come before it is looked at how long they took. */
  #left = MOST_PER_SECOND;
  #since = 0;
  /** The version and the instant at which the last rest began. */
  #restedFrom = { version: 0, at: 0 };

  constructor(pool: Pick<WatchedPool, 'events$' | 'state'>, gaps: Gaps | undefined, subscriber: Subscriber<PoolEvent>) {
    this.#pool = pool;
    this.#gaps = gaps;
    this.#subscriber = subscriber;
  }

  begin(): void {
    this.#since = performance.now();
    this.#hear(committedOf(this.#pool), this.#take.bind(this));
  }

  end(): void {
    this.#source.unsubscribe();
    clearTimeout(this.#timer);
  }

  #take(event: PoolEvent): void {
    this.#subscriber.next(event);
    if (--this.#left > 0) {
      if (event.at - this.#since >= 1000) this.#count(MOST_PER_SECOND, event.at);
    } else this.#rest();
  }

  /** Begins to count anew. */
  #count(most: number, at: number): void {
    this.#left = most;
    this.#since = at;
  }

  #rest(): void {
    const next = this.#subscriber.next.bind(this.#subscriber);
    this.#hear(madeOf(this.#pool).pipe(filter((event) => !isOfLeases(event))), next);
    this.#gaps?.begun();
    this.#restedFrom = { version: this.#pool.state.version, at: performance.now() };
    this.#timer = setTimeout(this.#goOn.bind(this), REST_MS);
  }

  /** With a burst while there is still as much to hear, and else with everything. */
  #goOn(): void {
    const now = performance.now();
    const perMs = (this.#pool.state.version - this.#restedFrom.version) / (now - this.#restedFrom.at);
    const isMuch = perMs * 1000 > MOST_PER_SECOND;
    this.#count(isMuch ? BURST : MOST_PER_SECOND, now);
    this.#gaps?.ended(!isMuch);
    this.#hear(committedOf(this.#pool), this.#take.bind(this));
  }

  #hear(events$: Observable<PoolEvent>, next: (event: PoolEvent) => void): void {
    this.#source.unsubscribe();
    this.#source = events$.subscribe({
      next,
      error: (error: unknown) => {
        this.#subscriber.error(error);
      },
      complete: () => {
        this.#subscriber.complete();
      },
    });
  }
}
