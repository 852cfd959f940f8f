import { Observable, type Subscriber, Subscription, filter } from 'rxjs';
import type { PoolEvent } from '../events/pool-event.ts';
import { committedOf, madeOf } from '../pool/internals.ts';
import type { WatchedPool } from './watched-pool.ts';

/** Told of the gaps in events, in which only those come that are not of leases. */
export interface Gaps {
  begun(): void;
  /** All events come again, for now. */
  ended(): void;
  /** There is no longer so much that another gap is to follow. */
  over(): void;
}

/** More events than this in a second, and they are taken in bursts: about 20 000 checkouts and their checkins. */
const MOST_PER_SECOND = 40_000;
/** How many events a burst has, and how long the rest after it is, in milliseconds. */
const BURST = 1000;
const REST_MS = 250;

/**
 * The events of a pool as they are committed. Above 20 000 checkouts a second they come in bursts of a thousand, four times a
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
  /** How many events may still come before the next rest. */
  #left = 0;
  /** The version and the instant from which they are counted. */
  #from = { version: 0, at: 0 };

  constructor(pool: Pick<WatchedPool, 'events$' | 'state'>, gaps: Gaps | undefined, subscriber: Subscriber<PoolEvent>) {
    this.#pool = pool;
    this.#gaps = gaps;
    this.#subscriber = subscriber;
  }

  begin(): void {
    this.#count(MOST_PER_SECOND);
    this.#hear(committedOf(this.#pool), this.#take.bind(this));
  }

  end(): void {
    this.#source.unsubscribe();
    clearTimeout(this.#timer);
  }

  #take(event: PoolEvent): void {
    this.#subscriber.next(event);
    if (--this.#left <= 0) this.#rest();
    else if (event.at - this.#from.at >= 1000) this.#count(MOST_PER_SECOND);
  }

  /** Begins to count anew. */
  #count(most: number): void {
    this.#left = most;
    this.#from = { version: this.#pool.state.version, at: performance.now() };
  }

  #rest(): void {
    clearTimeout(this.#timer);
    const next = this.#subscriber.next.bind(this.#subscriber);
    this.#hear(madeOf(this.#pool).pipe(filter((event) => !isOfLeases(event))), next);
    this.#gaps?.begun();
    this.#timer = setTimeout(this.#goOn.bind(this), REST_MS);
  }

  /** With a burst while there is as much to hear as before, and else with everything. */
  #goOn(): void {
    const { version, at } = this.#from;
    const perSecond = (1000 * (this.#pool.state.version - version)) / (performance.now() - at);
    this.#gaps?.ended();
    if (perSecond > MOST_PER_SECOND) {
      this.#count(BURST);
      this.#timer = setTimeout(this.#calm.bind(this), REST_MS);
    } else this.#calm();
    this.#hear(committedOf(this.#pool), this.#take.bind(this));
  }

  /** There was not even a burst in all that time. */
  #calm(): void {
    this.#count(MOST_PER_SECOND);
    this.#gaps?.over();
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
