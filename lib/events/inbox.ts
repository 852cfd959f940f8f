import { Observable, Subject } from 'rxjs';
import { report } from '../base/report.ts';
import { DirectStream } from './direct-stream.ts';
import { isListenedTo, publish } from './event-channel.ts';
import type { PoolEvent, Unstamped } from './pool-event.ts';

/** Something to be told to code outside the pool, in its turn. */
export interface Delivery {
  deliver(): void;
}

/** Checkouts and checkins after the end of the pool. */
export interface LateCounts {
  readonly refusals: number;
  readonly invalidCheckins: number;
}

/** Where events become state: `commit` runs no code of a user's, the delivery that it returns does. */
export interface Committer {
  /** The pool's name, known from its first event on. */
  readonly poolName: string;
  /** The version of the state that the next event makes. */
  readonly nextVersion: number;
  /** Takes the event in; returns what has to be told about it, if anybody listens. */
  commit(event: PoolEvent): Delivery | undefined;
}

/** So many deliveries are told before their room is used again. */
const MOST = 1024;

/**
 * One event at a time: each is committed at once, and told to the observers in order.
 *
 * Only notifications are queued. An observer may send further events while it is being told one: these are committed
 * on the spot, so that two decisions in one callback never see the same state, and told after the one in progress.
 */
export class Inbox {
  /** Every event, in the order of the versions. Never errors; completes with the pool. */
  readonly events$: Observable<PoolEvent>;
  /**
   * Each event as it is committed, before anybody is told: for what counts and measures, and sends nothing. It costs a
   * good deal less than `events$`. Completes with that.
   */
  readonly committed$: Observable<PoolEvent>;
  readonly #subject$ = new Subject<PoolEvent>();
  readonly #committed = new DirectStream<PoolEvent>();
  readonly #committer: Committer;
  /** What is to be told; kept when it is empty, for it fills and empties with each event. */
  #outbox: (Delivery | undefined)[] = [];
  #queued = 0;
  // Until the first `deliver()` everything is kept, so that whoever opens a pool and subscribes sees its first event.
  #opened = false;
  #delivering = true;
  #ended = false;
  #react: (event: PoolEvent) => void = () => undefined;
  readonly #late = { refusals: 0, invalidCheckins: 0 };

  constructor(committer: Committer) {
    this.#committer = committer;
    this.events$ = this.#subject$.asObservable();
    this.committed$ = this.#committed.stream$;
  }

  /** What came after the end: it is counted here, for the log is complete and the state changes no more. */
  get late(): LateCounts {
    return this.#late;
  }

  /** The pool's name, known from its first event on. */
  get poolName(): string {
    return this.#committer.poolName;
  }

  /** The version of the state that the next event makes. */
  get nextVersion(): number {
    return this.#committer.nextVersion;
  }

  /** Who is called after each event of `send`, to do what follows from it; set once, by the pool. */
  follow(react: (event: PoolEvent) => void): void {
    this.#react = react;
  }

  /**
   * Stamps the event with this instant and its version, and commits it. When it has been told, or is next in line to be,
   * what follows from it is done.
   */
  send(event: Unstamped): void {
    const stamped: PoolEvent = { ...event, at: performance.now(), version: this.#committer.nextVersion };
    this.sendStamped(stamped);
    if (!this.#ended) this.#react(stamped);
  }

  /**
   * Commits an event of a request, which is stamped already: whoever makes it has read the clock, a copy costs too much,
   * and what follows from it is called directly.
   */
  sendStamped(event: PoolEvent): void {
    if (this.#ended) {
      this.#countLate(event);
      return;
    }
    const delivery = this.#committer.commit(event);
    this.#committed.next(event);
    if (this.#subject$.observed || isListenedTo() || !this.#opened) {
      this.#push(new EventDelivery(this.#subject$, event, this));
    }
    if (delivery !== undefined) this.#push(delivery);
    if (!this.#delivering && this.#queued > 0) this.deliver();
  }

  /** Tells something else in the same order as the events. */
  enqueue(delivery: Delivery): void {
    this.#push(delivery);
    if (!this.#delivering) this.deliver();
  }

  /** Tells nobody anything until `release`, so that what follows from an event is decided before anybody knows of it. */
  hold(): boolean {
    const wasFree = !this.#delivering;
    this.#delivering = true;
    return wasFree;
  }

  /** Ends a `hold`, with what that returned: one within another, or within a delivery, ends with the outer one. */
  release(wasFree: boolean): void {
    if (!wasFree) return;
    this.#delivering = false;
    if (this.#queued > 0) this.deliver();
  }

  /** The same stream, begun like any other telling: what follows from the first emission is told after it, to all. */
  inTurn<T>(stream$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const held = this.hold();
      try {
        stream$.subscribe(subscriber);
      } finally {
        this.release(held);
      }
    });
  }

  /** Delivers what is queued. Nobody calls this twice but the inbox itself: the first call opens it. */
  deliver(): void {
    this.#opened = true;
    this.#delivering = true;
    for (let i = 0; i < this.#queued; i++) {
      const delivery = this.#outbox[i];
      this.#outbox[i] = undefined;
      tell(delivery);
      // A chain of synchronous uses never empties the queue; what was told must not pile up meanwhile.
      if (i === MOST - 1) {
        this.#outbox.splice(0, MOST);
        this.#queued -= MOST;
        i = -1;
      }
    }
    if (this.#queued > MOST) this.#outbox = [];
    this.#queued = 0;
    this.#delivering = false;
  }

  /** Sends the last event and completes `events$`, after what is queued. */
  end(): void {
    this.send({ type: 'closed' });
    this.#ended = true;
    this.enqueue({
      deliver: () => {
        this.#subject$.complete();
      },
    });
    this.enqueue({
      deliver: () => {
        this.#committed.complete();
      },
    });
  }

  #push(delivery: Delivery): void {
    this.#outbox[this.#queued++] = delivery;
  }

  #countLate({ type }: PoolEvent): void {
    if (type === 'refuse') this.#late.refusals++;
    else if (type === 'invalidCheckin') this.#late.invalidCheckins++;
  }
}

/** A teardown of who is told may throw; who comes after is told all the same, and whoever sent the event goes on. */
function tell(delivery: Delivery | undefined): void {
  try {
    delivery?.deliver();
  } catch (error) {
    report(error);
  }
}

class EventDelivery implements Delivery {
  readonly #subject$: Subject<PoolEvent>;
  readonly #event: PoolEvent;
  readonly #inbox: Inbox;

  constructor(subject$: Subject<PoolEvent>, event: PoolEvent, inbox: Inbox) {
    this.#subject$ = subject$;
    this.#event = event;
    this.#inbox = inbox;
  }

  deliver(): void {
    this.#subject$.next(this.#event);
    if (isListenedTo()) publish(this.#inbox, this.#event);
  }
}
