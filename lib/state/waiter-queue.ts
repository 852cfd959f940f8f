import { Fifo } from './fifo.ts';
import type { Queued } from './key-ring.ts';
import type { Waiter } from './pool-state.ts';
import { PriorityRings } from './priority-rings.ts';

/**
 * The queue of one state: higher priorities first, then round robin over the keys, then first come first served. With
 * path copying as in `ConnectionTable`; each new waiter has a higher id.
 *
 * Nearly always all waiters have the same priority and key: then the queue is one row, and rings are made of it when a
 * waiter with another priority or key joins.
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

  /** A queue with the same waiters. Editing the fork does not change this one. */
  fork(): WaiterQueue<T> {
    return new WaiterQueue(this.#edition + 1, this.#row, this.#rings);
  }

  get length(): number {
    return this.#rings === undefined ? this.#row.length : this.#rings.length;
  }

  get first(): T | undefined {
    return this.#rings === undefined ? this.#row.first : this.#rings.first;
  }

  /** The waiter with this key, or without one, that is served first. */
  firstOf(key: string | undefined): T | undefined {
    if (this.#rings !== undefined) return this.#rings.firstOf(key);
    const { first } = this.#row;
    return first?.key === key ? first : undefined;
  }

  /** The first waiter of each key of each priority, in the order in which they are served. */
  firstOfEach(): Iterable<T> {
    if (this.#rings !== undefined) return this.#rings.firstOfEach();
    const { first } = this.#row;
    return first === undefined ? [] : [first];
  }

  /** The place of this waiter in the queue, 1 for the first; 0 when it is not there. */
  placeOf(waiter: T): number {
    if (this.#rings !== undefined) return this.#rings.placeOf(waiter);
    return this.#has(waiter) ? this.#row.countBefore(waiter.id) + 1 : 0;
  }

  /** The place of this waiter among those with its key. */
  placeInKey(waiter: T): number {
    return this.#rings === undefined ? this.placeOf(waiter) : this.#rings.placeInKey(waiter);
  }

  push(waiter: T): void {
    const { first } = this.#row;
    if (this.#rings === undefined && (first === undefined || isAlike(first, waiter))) this.#ownRow().push(waiter);
    else this.#pushOther(waiter, first);
  }

  /**
   * Removes the waiter that is served, and moves its key to the end of the ring; false when it is not in the queue.
   * `key` may be left out where it is unknown.
   */
  serve(id: number, key?: string): boolean {
    if (this.#rings !== undefined) return this.#removed(this.#ownRings()?.serve(id, key));
    return this.#ownRow().remove(id);
  }

  /** Removes and returns the first waiter, which is served. */
  shift(): T | undefined {
    const row = this.#row.edition === this.#edition ? this.#row : this.#ownRow();
    return row.shift() ?? this.#shiftRings();
  }

  /** Removes a waiter that leaves without being served, wherever it stands; false when it is not in the queue. */
  remove(id: number, priority: number, key?: string): boolean {
    if (this.#rings !== undefined) return this.#removed(this.#ownRings()?.remove(id, priority, key));
    return this.#has({ id, priority, key }) && this.#ownRow().remove(id);
  }

  /** The waiters in the order in which they would be served if nobody else joined. */
  [Symbol.iterator](): IterableIterator<T> {
    return (this.#rings ?? this.#row)[Symbol.iterator]();
  }

  /** A waiter that is not like the others joins, or there are rings already. */
  #pushOther(waiter: T, first: T | undefined): void {
    if (first !== undefined) {
      this.#rings = PriorityRings.of(this.#ownRow(), first);
      this.#row = new Fifo(this.#edition);
    }
    this.#ownRings()?.push(waiter);
  }

  #shiftRings(): T | undefined {
    const first = this.#rings?.first;
    if (first !== undefined) this.serve(first.id, first.key);
    return first;
  }

  #has(waiter: { readonly id: number; readonly priority: number; readonly key?: string | undefined }): boolean {
    const found = this.#row.get(waiter.id);
    return found !== undefined && isAlike(found, waiter);
  }

  #removed(taken: boolean | undefined): boolean {
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
