import { KeyRing, type Queued } from './key-ring.ts';
import type { Waiter } from './pool-state.ts';

/**
 * The queue of one state: higher priorities first, then round robin over the keys, then first come first served.
 * A ring of keys for each priority, with path copying as in `ConnectionTable`; ids rise with each who comes.
 */
export class WaiterQueue<T extends Queued = Waiter> implements Iterable<T> {
  readonly #edition: number;
  /** Highest priority first; the last ring stays when it is empty. */
  readonly #rings: KeyRing<T>[];
  #length: number;

  constructor(edition = 0, rings: KeyRing<T>[] = [], length = 0) {
    this.#edition = edition;
    this.#rings = rings;
    this.#length = length;
  }

  /** A queue with the same waiters that may be edited without a change to this one. */
  fork(): WaiterQueue<T> {
    return new WaiterQueue(this.#edition + 1, this.#rings.slice(), this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#rings[0]?.first;
  }

  /** The place of this waiter in the order in which they are served, 1 for the first; 0 when it is not there. */
  placeOf({ id, priority, key }: T): number {
    const i = this.#indexOf(priority);
    const ring = this.#rings[i];
    const before = ring?.priority === priority ? ring.countBefore(id, key) : undefined;
    if (before === undefined) return 0;
    return this.#rings.slice(0, i).reduce((sum, { length }) => sum + length, before + 1);
  }

  push(waiter: T): void {
    this.#own(this.#place(waiter.priority))?.push(waiter);
    this.#length++;
  }

  /** Takes out who is served, and its key goes to the end of the ring; false when it is not there. */
  serve(id: number): boolean {
    for (let i = 0; i < this.#rings.length; i++) {
      if (this.#own(i)?.serve(id) === true) return this.#took(i);
    }
    return false;
  }

  /** Takes out the first, who is served. */
  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.serve(first.id);
    return first;
  }

  /** Takes out who leaves without being served, wherever it stands; false when it is not there. */
  remove(id: number, priority: number, key?: string): boolean {
    const i = this.#indexOf(priority);
    return this.#rings[i]?.priority === priority && this.#own(i)?.remove(id, key) === true && this.#took(i);
  }

  /** In the order in which they would be served if nobody else came. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const ring of this.#rings) yield* ring;
  }

  #took(i: number): true {
    this.#length--;
    if (this.#rings[i]?.length === 0 && this.#rings.length > 1) this.#rings.splice(i, 1);
    return true;
  }

  /** The index of this priority's ring, which is made where there is none. */
  #place(priority: number): number {
    const i = this.#indexOf(priority);
    if (this.#rings[i]?.priority === priority) return i;
    const ring = new KeyRing<T>(this.#edition, priority);
    if (this.#length > 0) this.#rings.splice(i, 0, ring);
    else this.#rings.splice(0, this.#rings.length, ring);
    return this.#length > 0 ? i : 0;
  }

  /** Where the ring of this priority stands, or would have to. */
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
    if (ring === undefined || ring.edition === this.#edition) return ring;
    const own = ring.fork(this.#edition);
    this.#rings[i] = own;
    return own;
  }
}
