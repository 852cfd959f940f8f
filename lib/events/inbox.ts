import { Observable, Subject } from 'rxjs';
import { report } from '../base/report.ts';
import { type Delivery, deliverSafely } from './delivery.ts';
import { DirectStream } from './direct-stream.ts';
import { isListenedTo, publish } from './event-channel.ts';
import { type LeaseTally, Tallies } from './lease-tally.ts';
import type { PoolEvent, Unstamped } from './pool-event.ts';
import { Watchers } from './watchers.ts';

/** Counts of the checkouts and checkins that came after the pool was closed. */
export interface LateCounts {
  readonly refusals: number;
  readonly invalidCheckins: number;
}

/** Turns events into state. `commit` runs no user code; the delivery that it returns does. */
export interface Committer {
  /** The pool's name, known from its first event on. */
  readonly poolName: string;
  /** The version of the state that the next event makes. */
  readonly nextVersion: number;
  /**
   * Applies the event to the state. Returns the notification to deliver, or `undefined` if nobody observes the state.
   */
  commit(event: PoolEvent): Delivery | undefined;
  /** The notification of the present state, `undefined` if nobody observes it. */
  delivery(): Delivery | undefined;
}

/** After this many deliveries in one run their places in the queue are freed. */
const TRIM_AFTER = 1024;

/**
 * The entrance for all events: each is committed at once, then delivered to the observers in order.
 *
 * Only notifications are queued. An observer may send further events during its notification. These are committed at
 * once, so that two decisions in one callback never see the same state, and delivered after the present one.
 */
export class Inbox {
  /** Every event, in the order of the versions. Never errors; completes with the pool. */
  readonly events$: Observable<PoolEvent>;
  /**
   * Each event at the moment it is committed, before any observer of `events$` is notified. For internal observers that
   * count and measure and send no events; much cheaper than `events$`. Completes just after `events$`.
   */
  readonly committed$: Observable<PoolEvent>;
  /**
   * The events that are made whether anybody hears them or not, as they are committed: all but `checkout`, `checkin` and
   * `wait`, and those as well while somebody else hears them. Costs nothing between two events.
   */
  readonly made$: Observable<PoolEvent>;
  readonly #subject$ = new Subject<PoolEvent>();
  readonly #committed = new DirectStream<PoolEvent>();
  readonly #tallies = new Tallies();
  readonly #committer: Committer;
  readonly #watchers = new Watchers();
  /** The queued notifications. The array is reused when it is empty, for it fills and empties with each event. */
  #outbox: (Delivery | undefined)[] = [];
  #queued = 0;
  // Until the first `deliver()` everything stays queued, so that code that creates a pool and subscribes sees the first
  // event.
  #opened = false;
  #delivering = true;
  #ended = false;
  #react: (event: PoolEvent) => void = () => undefined;
  readonly #late = { refusals: 0, invalidCheckins: 0 };

  constructor(committer: Committer) {
    this.#committer = committer;
    // Whoever is going to subscribe before the first delivery.
    this.#watchers.all++;
    this.events$ = this.#watchers.counted('events', this.#subject$);
    this.made$ = this.#committed.stream$;
    this.committed$ = this.#watchers.counted('events', this.made$);
  }

  /**
   * Counts of what came after the end. It is counted here and not in the state: the log is complete and the state final
   * by then.
   */
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

  /**
   * Whether anybody has to be told of what happens to the state. Where nobody has, the state may be changed without an event,
   * and where somebody has, `report` is called with the event of a change that was made.
   */
  get isWatched(): boolean {
    return this.#watchers.all > 0 || isListenedTo();
  }

  /** Whether somebody observes each state: then there is no change that skips one. */
  get isSeen(): boolean {
    return this.#watchers.ofStates > 0;
  }

  /** Whether somebody has to be told by events, and not by figures alone. */
  get isHeard(): boolean {
    return this.#watchers.all > this.#watchers.ofFigures || isListenedTo();
  }

  /** Who counts the leases that begin and end. */
  get tallies(): Omit<LeaseTally, 'record'> {
    return this.#tallies;
  }

  /**
   * Has `tally` told of every lease and every other event from now on, while the result is subscribed to. That emits nothing,
   * and completes with `committed$`.
   */
  tallied(tally: LeaseTally): Observable<never> {
    return new Observable((subscriber) => {
      if (this.#ended) {
        subscriber.complete();
        return;
      }
      this.#watchers.count('figures', subscriber);
      subscriber.add(this.#tallies.add(tally, subscriber));
    });
  }

  /** The stream of states, which are all delivered while it is subscribed to. Subscribed to as `inTurn`. */
  seen<T>(state$: Observable<T>): Observable<T> {
    return this.inTurn(this.#watchers.counted('states', state$));
  }

  /**
   * Sets the function that is called after each event of `send` and does what follows from the event. Called once, by
   * the pool.
   */
  follow(react: (event: PoolEvent) => void): void {
    this.#react = react;
  }

  /**
   * Stamps the event with the present instant and the next version, commits it, and delivers it or queues its delivery.
   * Then calls the reaction to it.
   */
  send(event: Unstamped): void {
    const stamped: PoolEvent = { ...event, at: performance.now(), version: this.#committer.nextVersion };
    this.sendStamped(stamped);
    if (!this.#ended) this.#react(stamped);
  }

  /**
   * Commits an event that is stamped already. For the hot path (`checkout`, `checkin`, `destroy`, `wait`): its caller has read the
   * clock, a copy of the event would cost too much, and the caller does by itself what follows from it.
   */
  sendStamped(event: PoolEvent): void {
    if (this.#ended) {
      this.#countLate(event);
      return;
    }
    const delivery = this.#committer.commit(event);
    this.#tallies.record(event);
    this.#tell(event, delivery);
  }

  /** Tells of a stamped event that the state has in it already. */
  report(event: PoolEvent): void {
    this.#tell(event, this.isSeen ? this.#committer.delivery() : undefined);
  }

  /** Delivers another notification in order with the events: at once, or after what is queued. */
  enqueue(delivery: Delivery): void {
    if (this.#delivering) this.#push(delivery);
    else this.#deliverNow(undefined, delivery);
  }

  /**
   * Holds back all deliveries until `resume`, so that everything that follows from an event is decided before any
   * observer knows of it. Returns a token for `resume`.
   */
  hold(): boolean {
    const wasFree = !this.#delivering;
    this.#delivering = true;
    return wasFree;
  }

  /**
   * Ends a `hold`; takes the token that it returned. Within another hold, or within a delivery, only the outer one
   * resumes.
   */
  resume(wasFree: boolean): void {
    if (!wasFree) return;
    this.#delivering = false;
    if (this.#queued > 0) this.deliver();
  }

  /**
   * The same stream, subscribed to under a `hold`: events that are sent during the first emission are delivered after
   * it.
   */
  inTurn<T>(stream$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const held = this.hold();
      try {
        stream$.subscribe(subscriber);
      } finally {
        this.resume(held);
      }
    });
  }

  /** Delivers what is queued. Called from outside only once, to open the inbox; after that the inbox calls it. */
  deliver(): void {
    if (!this.#opened) this.#watchers.all--;
    this.#opened = true;
    this.#delivering = true;
    for (let i = 0; i < this.#queued; i++) {
      const delivery = this.#outbox[i];
      this.#outbox[i] = undefined;
      if (delivery !== undefined) deliverSafely(delivery);
      // A chain of synchronous checkouts never empties the queue; delivered entries must not pile up meanwhile.
      if (i === TRIM_AFTER - 1) {
        this.#outbox.splice(0, TRIM_AFTER);
        this.#queued -= TRIM_AFTER;
        i = -1;
      }
    }
    if (this.#queued > TRIM_AFTER) this.#outbox = [];
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
        this.#tallies.complete();
      },
    });
  }

  #tell(event: PoolEvent, delivery: Delivery | undefined): void {
    this.#committed.next(event);
    const isTold = this.#subject$.observed || isListenedTo() || !this.#opened;
    if (!this.#delivering) {
      if (isTold || delivery !== undefined) this.#deliverNow(isTold ? event : undefined, delivery);
      return;
    }
    if (isTold) this.#push(new EventDelivery(event, this));
    if (delivery !== undefined) this.#push(delivery);
  }

  /** Nothing is queued, so these need not be either. */
  #deliverNow(event: PoolEvent | undefined, delivery: Delivery | undefined): void {
    this.#delivering = true;
    if (event !== undefined) this.tellEvent(event);
    if (delivery !== undefined) deliverSafely(delivery);
    this.#delivering = false;
    if (this.#queued > 0) this.deliver();
  }

  /** Delivers one event. Called by its delivery. */
  tellEvent(event: PoolEvent): void {
    try {
      this.#subject$.next(event);
      if (isListenedTo()) publish(this, event);
    } catch (error) {
      report(error);
    }
  }

  #push(delivery: Delivery): void {
    this.#outbox[this.#queued++] = delivery;
  }

  #countLate({ type }: PoolEvent): void {
    if (type === 'refuse') this.#late.refusals++;
    else if (type === 'invalidCheckin') this.#late.invalidCheckins++;
  }
}

class EventDelivery implements Delivery {
  readonly #event: PoolEvent;
  readonly #inbox: Inbox;

  constructor(event: PoolEvent, inbox: Inbox) {
    this.#event = event;
    this.#inbox = inbox;
  }

  deliver(): void {
    this.#inbox.tellEvent(this.#event);
  }
}
