import { WIDTH } from './chunk.ts';

/** Something with a number; later ones have higher numbers. */
export interface Numbered {
  readonly id: number;
}

/** Up to 32 consecutive items; removed ones leave holes. */
interface Run<T> {
  readonly edition: number;
  /** The id of the first item that was put here, for the binary search. */
  readonly firstId: number;
  readonly items: (T | undefined)[];
  /** The index of the first item that is still here. */
  start: number;
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
    return run?.items[run.start];
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
    const { items = [], start = 0 } = this.#runs[at] ?? {};
    for (let i = start; i < items.length && items[i]?.id !== id; i++) if (items[i] !== undefined) before++;
    return before;
  }

  /** The sum of `amountOf` over all items. A plain loop, for a generator takes ten times as long. */
  sum(amountOf: (item: T) => number): number {
    let sum = 0;
    for (const { items, start } of this.#runs) {
      for (let i = start; i < items.length; i++) {
        const item = items[i];
        if (item !== undefined) sum += amountOf(item);
      }
    }
    return sum;
  }

  push(item: T): void {
    const run = this.#runs[this.#runs.length - 1];
    this.#length++;
    if (run === undefined || run.edition !== this.edition || run.items.length === WIDTH) {
      this.#pushOther(item, run);
      return;
    }
    run.items.push(item);
    run.length++;
  }

  /** Removes and returns the first item. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const run = this.#own(0);
    if (run === undefined) return undefined;
    const { items } = run;
    const item = items[run.start];
    items[run.start++] = undefined;
    run.length--;
    this.#length--;
    if (items[run.start] === undefined) this.#skip(0, run);
    return item;
  }

  /** Replaces the item that has the same id. */
  replace(item: T): void {
    const run = this.#own(this.#runOf(item.id));
    if (run !== undefined) run.items[indexIn(run, item.id)] = item;
  }

  /** Removes the item with this id; false when it is not here. */
  remove(id: number): boolean {
    const at = this.first?.id === id ? 0 : this.#runOf(id);
    const index = indexIn(this.#runs[at], id);
    const run = index === -1 ? undefined : this.#own(at);
    if (run === undefined) return false;
    run.items[index] = undefined;
    run.length--;
    this.#length--;
    this.#skip(at, run);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const run of this.#runs) for (const item of run.items) if (item !== undefined) yield item;
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

  /** Onto a new run, or a copy of the last. */
  #pushOther(item: T, last: Run<T> | undefined): void {
    if (last === undefined || last.items.length === WIDTH) {
      this.#runs.push({ edition: this.edition, firstId: item.id, items: [item], start: 0, length: 1 });
      return;
    }
    const own = this.#copyOf(last, this.#runs.length - 1);
    own.items.push(item);
    own.length++;
  }

  /** Moves the start of a run beyond the holes. */
  #skip(at: number, run: Run<T>): void {
    const { items } = run;
    while (run.start < items.length && items[run.start] === undefined) run.start++;
    // A run that still has room is kept for the next items: a contended queue empties and fills all the time.
    if (run.start === WIDTH) this.#runs.splice(at, 1);
  }

  #own(at: number): Run<T> | undefined {
    const run = this.#runs[at];
    return run === undefined || run.edition === this.edition ? run : this.#copyOf(run, at);
  }

  #copyOf({ firstId, items, start, length }: Run<T>, at: number): Run<T> {
    const own = { edition: this.edition, firstId, items: items.slice(), start, length };
    this.#runs[at] = own;
    return own;
  }
}

/** Index of the item with this id in the run, or -1. */
function indexIn<T extends Numbered>(run: Run<T> | undefined, id: number): number {
  if (run === undefined) return -1;
  const { firstId, start, items } = run;
  // The exact index if no id was left out, as is the case where all waiters have the same key.
  const guess = id - firstId;
  if (items[guess]?.id === id) return guess;
  for (let i = start; i < items.length; i++) if (items[i]?.id === id) return i;
  return -1;
}
