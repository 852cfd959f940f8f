import { WIDTH } from './chunk.ts';
import type { Waiter, Waiters } from './pool-state.ts';

/**
 * The queue of one state, first come first served within a priority: a lane of 32-wide chunks for each priority,
 * with path copying as in `ConnectionTable`. The ids of waiters rise, so a waiter is found by bisection.
 */
export class WaiterQueue implements Waiters {
  readonly #edition: number;
  /** Highest priority first; the last lane stays when it is empty. */
  #lanes: Lane[];
  #length: number;

  constructor(edition = 0, lanes: Lane[] = [], length = 0) {
    this.#edition = edition;
    this.#lanes = lanes;
    this.#length = length;
  }

  /** A queue with the same waiters that may be edited without a change to this one. */
  fork(): WaiterQueue {
    return new WaiterQueue(this.#edition + 1, this.#lanes.slice(), this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get first(): Waiter | undefined {
    for (const lane of this.#lanes) if (lane.length > 0) return lane.first;
    return undefined;
  }

  push(waiter: Waiter): void {
    this.#own(this.#laneOf(waiter.priority)).push(waiter);
    this.#length++;
  }

  /** Takes a waiter out, wherever it stands; false when it is not there. */
  remove(id: number): boolean {
    for (let i = 0; i < this.#lanes.length; i++) {
      if (this.#lanes[i]?.has(id) !== true) continue;
      const lane = this.#own(i);
      lane.remove(id);
      this.#length--;
      if (lane.length === 0 && this.#lanes.length > 1) this.#lanes.splice(i, 1);
      return true;
    }
    return false;
  }

  *[Symbol.iterator](): IterableIterator<Waiter> {
    for (const lane of this.#lanes) yield* lane;
  }

  /** The index of this priority's lane, which is made where there is none. */
  #laneOf(priority: number): number {
    let i = 0;
    while (i < this.#lanes.length && (this.#lanes[i]?.priority ?? priority) > priority) i++;
    if (this.#lanes[i]?.priority !== priority) this.#lanes.splice(i, 0, new Lane(this.#edition, priority, [], 0));
    return i;
  }

  #own(i: number): Lane {
    const lane = this.#lanes[i];
    if (lane?.edition === this.#edition) return lane;
    const own = lane === undefined ? new Lane(this.#edition, 0, [], 0) : lane.fork(this.#edition);
    this.#lanes[i] = own;
    return own;
  }
}

/** Some waiters in a row; those that left are holes. */
interface Run {
  readonly edition: number;
  /** The id of the first waiter that stood here, for the bisection. */
  readonly firstId: number;
  readonly waiters: (Waiter | undefined)[];
  /** Where the first waiter still here stands. */
  start: number;
  length: number;
}

class Lane {
  readonly edition: number;
  readonly priority: number;
  readonly #runs: Run[];
  length: number;

  constructor(edition: number, priority: number, runs: Run[], length: number) {
    this.edition = edition;
    this.priority = priority;
    this.#runs = runs;
    this.length = length;
  }

  fork(edition: number): Lane {
    return new Lane(edition, this.priority, this.#runs.slice(), this.length);
  }

  get first(): Waiter | undefined {
    const run = this.#runs[0];
    return run?.waiters[run.start];
  }

  has(id: number): boolean {
    const run = this.#runs[this.#runOf(id)];
    return run !== undefined && indexIn(run, id) !== -1;
  }

  push(waiter: Waiter): void {
    const last = this.#runs.length - 1;
    if ((this.#runs[last]?.waiters.length ?? WIDTH) === WIDTH) {
      this.#runs.push({ edition: this.edition, firstId: waiter.id, waiters: [waiter], start: 0, length: 1 });
    } else {
      const run = this.#own(last);
      run?.waiters.push(waiter);
      if (run !== undefined) run.length++;
    }
    this.length++;
  }

  remove(id: number): void {
    const at = this.#runOf(id);
    const run = this.#own(at);
    if (run === undefined) return;
    run.waiters[indexIn(run, id)] = undefined;
    run.length--;
    this.length--;
    if (run.length === 0) this.#runs.splice(at, 1);
    else while (run.waiters[run.start] === undefined) run.start++;
  }

  *[Symbol.iterator](): IterableIterator<Waiter> {
    for (const run of this.#runs) for (const waiter of run.waiters) if (waiter !== undefined) yield waiter;
  }

  /** The index of the last run that begins at or before `id`. */
  #runOf(id: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#runs[middle]?.firstId ?? id) <= id) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #own(at: number): Run | undefined {
    const run = this.#runs[at];
    if (run === undefined || run.edition === this.edition) return run;
    const own = { ...run, edition: this.edition, waiters: run.waiters.slice() };
    this.#runs[at] = own;
    return own;
  }
}

function indexIn(run: Run, id: number): number {
  for (let i = run.start; i < run.waiters.length; i++) if (run.waiters[i]?.id === id) return i;
  return -1;
}
