import { WIDTH } from './chunk.ts';

/** Something with a number; later ones have higher numbers. */
export interface Numbered {
  readonly id: number;
}

/**
 * Up to 32 consecutive items, of which `start` to `end` are here; removed ones leave holes. Runs of several editions may have
 * the same array: each looks at its own part of it, so that items can be added and taken from the front without a copy.
 */
interface Run<T> {
  readonly edition: number;
  /** The id of the first item that was put here, for the binary search. */
  readonly firstId: number;
  items: (T | undefined)[];
  /** Whether an older run may have the same array. */
  isShared: boolean;
  /** The index of the first item that is still here. */
  start: number;
  /** One more than the index of the last item. */
  end: number;
  length: number;
}

/**
 * A first-in-first-out queue from which any item may be removed: runs of 32 with path copying, as in `ConnectionTable`.
 * The ids rise from the front to the back, so an item is found by binary search.
 */
export class Fifo<T extends Numbered> implements Iterable<T> {
  readonly edition: number;
  readonly #runs: Run<T>[];
  #length: number;

  constructor(edition: number, runs: Run<T>[] = [], length = 0) {
    this.edition = edition;
    this.#runs = runs;
    this.#length = length;
  }

  /** The same items in a newer edition. Editing the fork does not change this one. */
  fork(edition: number): Fifo<T> {
    return new Fifo(edition, this.#runs.slice(), this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    const run = this.#runs[0];
    return run === undefined || run.length === 0 ? undefined : run.items[run.start];
  }

  get(id: number): T | undefined {
    const run = this.#runs[this.#runOf(id)];
    return run?.items[indexIn(run, id)];
  }

  /** How many items stand before the item with this id. */
  countBefore(id: number): number {
    const at = this.#runOf(id);
    let before = 0;
    for (let r = 0; r < at; r++) before += this.#runs[r]?.length ?? 0;
    const { items = [], start = 0, end = 0 } = this.#runs[at] ?? {};
    for (let i = start; i < end && items[i]?.id !== id; i++) if (items[i] !== undefined) before++;
    return before;
  }

  /** The sum of `amountOf` over all items. A plain loop, for a generator takes ten times as long. */
  sum(amountOf: (item: T) => number): number {
    let sum = 0;
    for (const { items, start, end } of this.#runs) {
      for (let i = start; i < end; i++) {
        const item = items[i];
        if (item !== undefined) sum += amountOf(item);
      }
    }
    return sum;
  }

  push(item: T): void {
    const last = this.#runs.length - 1;
    const run = this.#runs[last];
    this.#length++;
    if (run === undefined || run.end === WIDTH) {
      this.#runs.push(runOf(this.edition, item));
      return;
    }
    const own = run.edition === this.edition ? run : this.#copyOf(run, last);
    // A younger run than the one that was copied may have added something of its own.
    if (own.items.length !== own.end) copyItems(own);
    own.items.push(item);
    own.end++;
    own.length++;
  }

  /** Removes and returns the first item. */
  shift(): T | undefined {
    const run = this.#length === 0 ? undefined : this.#own(0);
    if (run === undefined) return undefined;
    const item = run.items[run.start];
    this.#removeFirst(0, run);
    return item;
  }

  /** Replaces the item that has the same id. */
  replace(item: T): void {
    const run = this.#own(this.#runOf(item.id));
    if (run === undefined) return;
    copyItems(run);
    run.items[indexIn(run, item.id)] = item;
  }

  /** Removes the item with this id; false when it is not here. */
  remove(id: number): boolean {
    const at = this.first?.id === id ? 0 : this.#runOf(id);
    const index = indexIn(this.#runs[at], id);
    const run = index === -1 ? undefined : this.#own(at);
    if (run === undefined) return false;
    if (index === run.start) {
      this.#removeFirst(at, run);
      return true;
    }
    copyItems(run);
    run.items[index] = undefined;
    run.length--;
    this.#length--;
    return true;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const { items, start, end } of this.#runs) {
      for (let i = start; i < end; i++) {
        const item = items[i];
        if (item !== undefined) yield item;
      }
    }
  }

  /** Index of the last run that begins at or before `id`. Binary search. */
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

  /** Removes the first item of a run, and the holes behind it. */
  #removeFirst(at: number, run: Run<T>): void {
    const { items, end } = run;
    if (!run.isShared) items[run.start] = undefined;
    run.start++;
    while (run.start < end && items[run.start] === undefined) run.start++;
    run.length--;
    this.#length--;
    // A run that still has room is kept for the next items: a contended queue empties and fills all the time.
    if (run.start === WIDTH) this.#runs.splice(at, 1);
  }

  #own(at: number): Run<T> | undefined {
    const run = this.#runs[at];
    return run === undefined || run.edition === this.edition ? run : this.#copyOf(run, at);
  }

  #copyOf({ firstId, items, start, end, length }: Run<T>, at: number): Run<T> {
    const own = { edition: this.edition, firstId, items, isShared: true, start, end, length };
    this.#runs[at] = own;
    return own;
  }
}

function runOf<T extends Numbered>(edition: number, item: T): Run<T> {
  return { edition, firstId: item.id, items: [item], isShared: false, start: 0, end: 1, length: 1 };
}

/** Gives a run an array of its own. */
function copyItems<T>(run: Run<T>): void {
  if (!run.isShared && run.items.length === run.end) return;
  run.items = run.items.slice(0, run.end);
  run.isShared = false;
}

/** Index of the item with this id in the run, or -1. */
function indexIn<T extends Numbered>(run: Run<T> | undefined, id: number): number {
  if (run === undefined) return -1;
  const { firstId, start, end, items } = run;
  // The exact index if no id was left out, as is the case where all waiters have the same key.
  const guess = id - firstId;
  if (guess >= start && guess < end && items[guess]?.id === id) return guess;
  for (let i = start; i < end; i++) if (items[i]?.id === id) return i;
  return -1;
}
