import { STALL_MS } from './durations.ts';
import { type Linked, LinkedList } from './linked-list.ts';
import { ref, unref } from './timers.ts';

/** How many durations keep their timers running when their list is empty. */
const KEPT_TIMERS = 16;

/** Something with a deadline; linked with the others of the same duration. */
export interface Timed<T extends Timed<T>> extends Linked<T> {
  /** The deadline in milliseconds of the monotonic clock. */
  readonly deadline: number;
  list: DeadlineList<T> | undefined;
}

/**
 * Deadlines with one timer for each distinct duration. Of one duration what was added first ends first, so a list per
 * duration is always in order (Node keeps its own timers the same way). Adding and removing change a few pointers. The
 * timers of the first few durations go on running when their list becomes empty, since a contended queue empties and
 * fills all the time.
 */
export class Deadlines<T extends Timed<T>> {
  readonly #lists = new Map<number, DeadlineList<T>>();
  /** The list used last: nearly all that is added has the same duration. */
  #last: DeadlineList<T> | undefined;
  readonly #expire: (expired: readonly T[]) => void;

  /** `expire` gets all items that have expired at once, so that what they have in common is computed once. */
  constructor(expire: (expired: readonly T[]) => void) {
    this.#expire = expire;
  }

  /** Adds an item. `durationMs` 0: it never expires. */
  add(timed: T, durationMs: number): void {
    if (durationMs === 0) return;
    const list = this.#last?.durationMs === durationMs ? this.#last : this.#listOf(durationMs);
    list.push(timed);
    // The timer is kept running from earlier items; for the first one it must keep the process alive again.
    if (list.timer === undefined || timed.previous === undefined) this.#arm(list);
  }

  remove(timed: T): void {
    const { list } = timed;
    if (list === undefined) return;
    list.remove(timed);
    if (list.first === undefined) this.#rest(list);
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

  /** The list is empty: its timer must not keep the process alive. */
  #rest(list: DeadlineList<T>): void {
    unref(list.timer);
    // A caller that passes the rest of its own deadline never uses the same duration again.
    if (this.#lists.size > KEPT_TIMERS) this.#drop(list);
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
      if (list.first.following === undefined) ref(list.timer);
      return;
    }
    const left = Math.max(1, Math.ceil(list.first.deadline - performance.now()));
    list.timer = setTimeout(() => {
      list.timer = undefined;
      this.#timerFired(list);
    }, left);
  }

  /**
   * Expires what is due, after one more turn of the event loop if that was blocked: a lease, a connection or an answer that
   * arrived meanwhile may not have been processed yet.
   */
  #timerFired(list: DeadlineList<T>): void {
    const isLate = list.first !== undefined && performance.now() - list.first.deadline > STALL_MS;
    if (!isLate) {
      this.#expireDue(list);
      return;
    }
    list.timer = setTimeout(() => {
      list.timer = undefined;
      this.#expireDue(list);
    }, 0);
  }

  #expireDue(list: DeadlineList<T>): void {
    const expired: T[] = [];
    const now = performance.now();
    // The clock decides, not the timer: the timer may be late, or be set for an item that was removed.
    for (let timed = list.first; timed !== undefined && timed.deadline <= now; timed = list.first) {
      list.remove(timed);
      expired.push(timed);
    }
    // Callers may use any duration; a list that is no longer used must not stay for ever.
    if (list.first === undefined) this.#drop(list);
    else this.#arm(list);
    if (expired.length > 0) this.#expire(expired);
  }
}

/** The items with one duration, the earliest deadline first. */
export class DeadlineList<T extends Timed<T>> extends LinkedList<T> {
  readonly durationMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(durationMs: number) {
    super();
    this.durationMs = durationMs;
  }
}
