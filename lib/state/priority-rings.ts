import type { Fifo } from './fifo.ts';
import { KeyRing, type Queued } from './key-ring.ts';

/** Waiters of several priorities or keys: a ring of keys for each priority, highest first. */
export class PriorityRings<T extends Queued> implements Iterable<T> {
  readonly edition: number;
  /** No ring is empty, except when it is the only one. */
  readonly #rings: KeyRing<T>[];
  #length: number;

  constructor(edition: number, rings: KeyRing<T>[] = [], length = 0) {
    this.edition = edition;
    this.#rings = rings;
    this.#length = length;
  }

  /** Rings made of a row of waiters that all have the priority and the key of the given one. */
  static of<T extends Queued>(waiters: Fifo<T>, { priority, key }: T): PriorityRings<T> {
    const { edition } = waiters;
    const ring = new KeyRing<T>(edition, priority);
    ring.adopt(key, waiters);
    return new PriorityRings(edition, [ring], waiters.length);
  }

  /** The same waiters in a newer edition. Editing the fork does not change this one. */
  fork(edition: number): PriorityRings<T> {
    return new PriorityRings(edition, this.#rings.slice(), this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#rings[0]?.first;
  }

  /** The waiter with this key that is served first. */
  firstOf(key: string | undefined): T | undefined {
    for (const ring of this.#rings) {
      const first = ring.firstOf(key);
      if (first !== undefined) return first;
    }
    return undefined;
  }

  /** The first waiter of each key of each priority. */
  *firstOfEach(): IterableIterator<T> {
    for (const ring of this.#rings) yield* ring.firstOfEach();
  }

  /** The place of this waiter in the queue, 1 for the first; 0 when it is not there. */
  placeOf({ id, priority, key }: T): number {
    const i = this.#indexOf(priority);
    const ring = this.#rings[i];
    const before = ring?.priority === priority ? ring.countBefore(id, key) : undefined;
    if (before === undefined) return 0;
    return this.#rings.slice(0, i).reduce((sum, { length }) => sum + length, before + 1);
  }

  /** The place of this waiter among those with its key. */
  placeInKey({ id, priority, key }: T): number {
    const i = this.#indexOf(priority);
    const ring = this.#rings[i];
    const place = ring?.priority === priority ? ring.placeInKey(id, key) : 0;
    return place === 0 ? 0 : this.#rings.slice(0, i).reduce((sum, higher) => sum + higher.lengthOf(key), place);
  }

  push(waiter: T): void {
    this.#own(this.#ringIndexFor(waiter.priority))?.push(waiter);
    this.#length++;
  }

  /**
   * Removes the waiter that is served, and moves its key to the end of the ring; false when it is not in the queue.
   * `key` may be left out where it is unknown.
   */
  serve(id: number, key?: string): boolean {
    for (let i = 0; i < this.#rings.length; i++) {
      if (this.#own(i)?.serve(id, key) === true) return this.#removed(i);
    }
    return false;
  }

  /** Removes a waiter that leaves without being served, wherever it stands; false when it is not in the queue. */
  remove(id: number, priority: number, key?: string): boolean {
    const i = this.#indexOf(priority);
    return this.#rings[i]?.priority === priority && this.#own(i)?.remove(id, key) === true && this.#removed(i);
  }

  /** The waiters in the order in which they would be served if nobody else joined. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const ring of this.#rings) yield* ring;
  }

  #removed(i: number): true {
    this.#length--;
    if (this.#rings[i]?.length === 0 && this.#rings.length > 1) this.#rings.splice(i, 1);
    return true;
  }

  /** Index of the ring of this priority, which is made if there is none. */
  #ringIndexFor(priority: number): number {
    const i = this.#indexOf(priority);
    if (this.#rings[i]?.priority === priority) return i;
    const ring = new KeyRing<T>(this.edition, priority);
    if (this.#length > 0) this.#rings.splice(i, 0, ring);
    else this.#rings.splice(0, this.#rings.length, ring);
    return this.#length > 0 ? i : 0;
  }

  /** Index of the ring of this priority, or where it would have to be inserted. Binary search. */
  #indexOf(priority: number): number {
    let low = 0;
    let high = this.#rings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rings[middle]?.priority ?? priority) > priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #own(i: number): KeyRing<T> | undefined {
    const ring = this.#rings[i];
    if (ring === undefined || ring.edition === this.edition) return ring;
    const own = ring.fork(this.edition);
    this.#rings[i] = own;
    return own;
  }
}
