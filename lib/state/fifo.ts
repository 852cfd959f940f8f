import { WIDTH } from './chunk.ts';

/** Something with a number; who comes later has a higher one. */
export interface Numbered {
  readonly id: number;
}

/** Some items in a row; those that left are holes. */
interface Run<T> {
  readonly edition: number;
  /** The id of the first item that stood here, for the bisection. */
  readonly firstId: number;
  readonly items: (T | undefined)[];
  /** Where the first item still here stands. */
  start: number;
  length: number;
}

/**
 * First in first out, though anybody may leave before: runs of 32 with path copying, as in `ConnectionTable`.
 * The ids rise from the front to the back, so an item is found by bisection.
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

  /** The same items in a newer edition, which may be edited without a change to this one. */
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

  /** How many stand before the item with this id. */
  countBefore(id: number): number {
    const at = this.#runOf(id);
    let before = 0;
    for (let r = 0; r < at; r++) before += this.#runs[r]?.length ?? 0;
    const { items = [], start = 0 } = this.#runs[at] ?? {};
    for (let i = start; i < items.length && items[i]?.id !== id; i++) if (items[i] !== undefined) before++;
    return before;
  }

  /** The sum over all items; a loop, for a generator takes ten times as long. */
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
    const last = this.#runs.length - 1;
    if ((this.#runs[last]?.items.length ?? WIDTH) === WIDTH) {
      this.#runs.push({ edition: this.edition, firstId: item.id, items: [item], start: 0, length: 1 });
    } else {
      const run = this.#own(last);
      run?.items.push(item);
      if (run !== undefined) run.length++;
    }
    this.#length++;
  }

  /** Puts `item` in the place of the one with its id. */
  replace(item: T): void {
    const run = this.#own(this.#runOf(item.id));
    if (run !== undefined) run.items[indexIn(run, item.id)] = item;
  }

  /** Takes out the item with this id; false when it is not there. */
  remove(id: number): boolean {
    const at = this.first?.id === id ? 0 : this.#runOf(id);
    const index = indexIn(this.#runs[at], id);
    const run = index === -1 ? undefined : this.#own(at);
    if (run === undefined) return false;
    run.items[index] = undefined;
    run.length--;
    this.#length--;
    while (run.start < run.items.length && run.items[run.start] === undefined) run.start++;
    // What has room left is kept for those who come: a contended queue empties and fills all the time.
    if (run.start === WIDTH) this.#runs.splice(at, 1);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const run of this.#runs) for (const item of run.items) if (item !== undefined) yield item;
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

  #own(at: number): Run<T> | undefined {
    const run = this.#runs[at];
    if (run === undefined || run.edition === this.edition) return run;
    const { firstId, items, start, length } = run;
    const own = { edition: this.edition, firstId, items: items.slice(), start, length };
    this.#runs[at] = own;
    return own;
  }
}

/** Where the item with this id stands, -1 when it is not here. */
function indexIn<T extends Numbered>(run: Run<T> | undefined, id: number): number {
  if (run === undefined) return -1;
  const { firstId, start, items } = run;
  // There it stands if no number was left out, as it is where all have the same key.
  const guess = id - firstId;
  if (items[guess]?.id === id) return guess;
  for (let i = start; i < items.length; i++) if (items[i]?.id === id) return i;
  return -1;
}
