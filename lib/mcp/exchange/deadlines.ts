import { LONGEST_TIMER_MS, STALL_MS } from '../../base/durations.ts';

/** What ends by itself when its time is up. It is a link in the queue of those that last as long. */
export interface Timed {
  /** When it ends, in milliseconds of the monotonic clock. */
  endsAt: number;
  /** The queue in which it stands; `undefined` where it stands in none. */
  queue: DeadlineQueue | undefined;
  before: Timed | undefined;
  after: Timed | undefined;
  /** Its time is up; it stands in no queue any more. */
  expire(): void;
}

/** How much too early, in milliseconds, a timer may fire. */
const EARLY_MS = 0.5;

/**
 * All that end after the same duration, in the order in which they began, so that one timer is enough: that of the first.
 * To add or remove one takes no search.
 */
export class DeadlineQueue {
  readonly #ms: number;
  #first: Timed | undefined;
  #last: Timed | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(timed: Timed, now: number): void {
    timed.endsAt = now + this.#ms;
    timed.queue = this;
    timed.before = this.#last;
    timed.after = undefined;
    if (this.#last === undefined) this.#first = timed;
    else this.#last.after = timed;
    this.#last = timed;
    // It is left to run out when all have gone: then it finds nothing, or those that came later.
    this.#timer ??= this.#arm(this.#ms);
  }

  remove(timed: Timed): void {
    if (timed.before === undefined) this.#first = timed.after;
    else timed.before.after = timed.after;
    if (timed.after === undefined) this.#last = timed.before;
    else timed.after.before = timed.before;
    timed.queue = timed.before = timed.after = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(ms: number): NodeJS.Timeout {
    // Not what keeps the process alive: the connection does that, for as long as an answer may come.
    return setTimeout(this.#look, Math.max(1, ms)).unref();
  }

  /** Where the event loop was held up, what is waited for may lie in a socket, which is read before the next turn. */
  readonly #look = (): void => {
    const isLate = this.#first !== undefined && performance.now() - this.#first.endsAt > STALL_MS;
    if (isLate) setImmediate(this.#expire);
    else this.#expire();
  };

  readonly #expire = (): void => {
    this.#timer = undefined;
    const now = performance.now() + EARLY_MS;
    for (let first = this.#first; first !== undefined && first.endsAt <= now; first = this.#first) {
      this.remove(first);
      first.expire();
    }
    if (this.#first !== undefined) this.#timer ??= this.#arm(this.#first.endsAt - now);
  };
}

/** Durations that are remembered at most; those that nobody waits for are forgotten beyond. */
const MOST_DURATIONS = 100;

/** A queue for each duration that is in use; nearly always it is one. */
export class Deadlines {
  readonly #queues = new Map<number, DeadlineQueue>();
  /** The duration that was used last, and its queue. */
  #lastMs = NaN;
  #last: DeadlineQueue | undefined;

  /** Has something end after so many milliseconds from `now` on, by the monotonic clock; never where no timer is so long. */
  add(timed: Timed, ms: number, now: number): void {
    if (!(ms <= LONGEST_TIMER_MS)) return;
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#last = this.#queueOf(ms);
    }
    this.#last?.add(timed, now);
  }

  /** No time runs any more. */
  stop(): void {
    for (const queue of this.#queues.values()) queue.stop();
  }

  #queueOf(ms: number): DeadlineQueue {
    const known = this.#queues.get(ms);
    if (known !== undefined) return known;
    if (this.#queues.size >= MOST_DURATIONS) this.#forgetUnused();
    const queue = new DeadlineQueue(ms);
    this.#queues.set(ms, queue);
    return queue;
  }

  #forgetUnused(): void {
    for (const [ms, queue] of this.#queues) {
      if (!queue.isEmpty) continue;
      queue.stop();
      this.#queues.delete(ms);
    }
  }
}
