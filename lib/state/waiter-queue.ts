import { Fifo } from './fifo.ts';
import type { Queued } from './key-ring.ts';
import type { Waiter } from './pool-state.ts';
import { PriorityRings } from './priority-rings.ts';

/**
 * The queue of one state: higher priorities first, then round robin over the keys, then first come first served.
 * With path copying as in `ConnectionTable`; ids rise with each who comes.
 *
 * Nearly always all have the same priority and key: then it is one row, and rings are made of it when somebody comes who
 * has others.
 */
export class WaiterQueue<T extends Queued = Waiter> implements Iterable<T> {
  readonly #edition: number;
  /** Empty while there are rings. */
  #row: Fifo<T>;
  #rings: PriorityRings<T> | undefined;

  constructor(edition = 0, row: Fifo<T> = new Fifo<T>(edition), rings?: PriorityRings<T>) {
    this.#edition = edition;
    this.#row = row;
    this.#rings = rings;
  }

  /** A queue with the same waiters that may be edited without a change to this one. */
  fork(): WaiterQueue<T> {
    return new WaiterQueue(this.#edition + 1, this.#row, this.#rings);
  }

  get length(): number {
    return this.#rings === undefined ? this.#row.length : this.#rings.length;
  }

  get first(): T | undefined {
    return this.#rings === undefined ? this.#row.first : this.#rings.first;
  }

  /** Of those with this key, or of those without one, who is served first. */
  firstOf(key: string | undefined): T | undefined {
    if (this.#rings !== undefined) return this.#rings.firstOf(key);
    const { first } = this.#row;
    return first?.key === key ? first : undefined;
  }

  /** Of each priority the first of each key, in the order in which they are served. */
  firstOfEach(): Iterable<T> {
    if (this.#rings !== undefined) return this.#rings.firstOfEach();
    const { first } = this.#row;
    return first === undefined ? [] : [first];
  }

  /** The place of this waiter in the order in which they are served, 1 for the first; 0 when it is not there. */
  placeOf(waiter: T): number {
    if (this.#rings !== undefined) return this.#rings.placeOf(waiter);
    return this.#has(waiter) ? this.#row.countBefore(waiter.id) + 1 : 0;
  }

  /** The same among those with its key. */
  placeInKey(waiter: T): number {
    return this.#rings === undefined ? this.placeOf(waiter) : this.#rings.placeInKey(waiter);
  }

  push(waiter: T): void {
    const { first } = this.#row;
    if (this.#rings === undefined && (first === undefined || isAlike(first, waiter))) {
      this.#ownRow().push(waiter);
      return;
    }
    if (first !== undefined) {
      this.#rings = PriorityRings.of(this.#ownRow(), first);
      this.#row = new Fifo(this.#edition);
    }
    this.#ownRings()?.push(waiter);
  }

  /** Takes out who is served, and its key goes to the end of the ring; false when it is not there. `key`: where known. */
  serve(id: number, key?: string): boolean {
    if (this.#rings !== undefined) return this.#took(this.#ownRings()?.serve(id, key));
    return this.#ownRow().remove(id);
  }

  /** Takes out the first, who is served. */
  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.serve(first.id);
    return first;
  }

  /** Takes out who leaves without being served, wherever it stands; false when it is not there. */
  remove(id: number, priority: number, key?: string): boolean {
    if (this.#rings !== undefined) return this.#took(this.#ownRings()?.remove(id, priority, key));
    return this.#has({ id, priority, key }) && this.#ownRow().remove(id);
  }

  /** In the order in which they would be served if nobody else came. */
  [Symbol.iterator](): IterableIterator<T> {
    return (this.#rings ?? this.#row)[Symbol.iterator]();
  }

  #has(waiter: { readonly id: number; readonly priority: number; readonly key?: string | undefined }): boolean {
    const found = this.#row.get(waiter.id);
    return found !== undefined && isAlike(found, waiter);
  }

  #took(taken: boolean | undefined): boolean {
    if (this.#rings?.length === 0) this.#rings = undefined;
    return taken === true;
  }

  #ownRow(): Fifo<T> {
    if (this.#row.edition !== this.#edition) this.#row = this.#row.fork(this.#edition);
    return this.#row;
  }

  #ownRings(): PriorityRings<T> | undefined {
    if (this.#rings?.edition !== this.#edition) this.#rings = this.#rings?.fork(this.#edition);
    return this.#rings;
  }
}

function isAlike(
  one: Pick<Queued, 'priority' | 'key'>,
  other: { readonly priority: number; readonly key?: string | undefined },
): boolean {
  return one.priority === other.priority && one.key === other.key;
}
