/** So many durations keep their timers. */
const KEPT = 16;

/** A timer that is later than this was kept by something else, in milliseconds. */
const STALL_MS = 20;

/** Something that must be over by an instant; linked with the others of the same duration. */
export interface Timed<T extends Timed<T>> {
  /** An instant of the monotonic clock, in milliseconds. */
  readonly deadline: number;
  list: DeadlineList<T> | undefined;
  previous: T | undefined;
  following: T | undefined;
}

/**
 * Deadlines of many with one timer for each distinct duration: what began first ends first, so each duration has a
 * list in order (Node's own timers are kept that way). Adding and removing cost a few pointers; the timers of the first
 * few durations are left running when their list becomes empty, since a contended queue empties and fills all the time.
 */
export class Deadlines<T extends Timed<T>> {
  readonly #lists = new Map<number, DeadlineList<T>>();
  /** Nearly all have the same duration. */
  #last: DeadlineList<T> | undefined;
  readonly #expire: (expired: readonly T[]) => void;

  /** `expire` is told all that ran out at once, so that what they have in common is found out once. */
  constructor(expire: (expired: readonly T[]) => void) {
    this.#expire = expire;
  }

  /** `durationMs` 0 means that it never runs out. */
  add(timed: T, durationMs: number): void {
    if (durationMs === 0) return;
    const list = this.#last?.durationMs === durationMs ? this.#last : this.#listOf(durationMs);
    list.push(timed);
    this.#arm(list);
  }

  remove(timed: T): void {
    const { list } = timed;
    if (list === undefined) return;
    list.remove(timed);
    // Nobody waits any more: that a timer is kept must not keep the process alive.
    if (list.first === undefined) list.timer?.unref();
    // Callers who give what is left of a deadline of their own never come with the same duration again.
    if (list.first === undefined && this.#lists.size > KEPT) this.#drop(list);
  }

  /** Stops all timers. */
  clear(): void {
    for (const list of this.#lists.values()) clearTimeout(list.timer);
    this.#lists.clear();
    this.#last = undefined;
  }

  #listOf(durationMs: number): DeadlineList<T> {
    let list = this.#lists.get(durationMs);
    if (list === undefined) this.#lists.set(durationMs, (list = new DeadlineList<T>(durationMs)));
    this.#last = list;
    return list;
  }

  #drop(list: DeadlineList<T>): void {
    clearTimeout(list.timer);
    list.timer = undefined;
    this.#lists.delete(list.durationMs);
    if (list === this.#last) this.#last = undefined;
  }

  #arm(list: DeadlineList<T>): void {
    if (list.first === undefined) return;
    if (list.timer !== undefined) {
      // It was kept from those who were there before.
      if (list.first.following === undefined) list.timer.ref();
      return;
    }
    const left = Math.max(1, Math.ceil(list.first.deadline - performance.now()));
    list.timer = setTimeout(() => {
      list.timer = undefined;
      this.#ring(list);
    }, left);
  }

  /**
   * Where the event loop stood still until after a deadline, what was waited for may have come meanwhile and not have been
   * heard of yet: then it is looked again after one turn.
   */
  #ring(list: DeadlineList<T>): void {
    const isLate = list.first !== undefined && performance.now() - list.first.deadline > STALL_MS;
    if (!isLate) {
      this.#fire(list);
      return;
    }
    list.timer = setTimeout(() => {
      list.timer = undefined;
      this.#fire(list);
    }, 0);
  }

  #fire(list: DeadlineList<T>): void {
    const expired: T[] = [];
    const now = performance.now();
    // A timer may fire late or for somebody who has left: what counts is the clock.
    for (let timed = list.first; timed !== undefined && timed.deadline <= now; timed = list.first) {
      list.remove(timed);
      expired.push(timed);
    }
    // A caller's own timeouts may be of any length; a list that is not used any more must not stay for good.
    if (list.first === undefined) this.#drop(list);
    else this.#arm(list);
    if (expired.length > 0) this.#expire(expired);
  }
}

/** All of one duration, the earliest first. */
export class DeadlineList<T extends Timed<T>> {
  readonly durationMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  first: T | undefined;
  #last: T | undefined;

  constructor(durationMs: number) {
    this.durationMs = durationMs;
  }

  push(timed: T): void {
    timed.list = this;
    timed.previous = this.#last;
    if (this.#last === undefined) this.first = timed;
    else this.#last.following = timed;
    this.#last = timed;
  }

  remove(timed: T): void {
    const { previous, following } = timed;
    if (previous === undefined) this.first = following;
    else previous.following = following;
    if (following === undefined) this.#last = previous;
    else following.previous = previous;
    timed.list = undefined;
    timed.previous = undefined;
    timed.following = undefined;
  }
}
