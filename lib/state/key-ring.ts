import { Fifo, type Numbered } from './fifo.ts';

/** What the queue has to know of a waiter. */
export interface Queued extends Numbered {
  readonly key?: string;
  /** Waiters of a higher priority are served first. */
  readonly priority: number;
}

/**
 * The waiters with the same key, or all without one. Its id is its turn: lanes are served in the order of their ids.
 */
interface Lane<T extends Numbered> extends Numbered {
  readonly key: string | undefined;
  readonly waiters: Fifo<T>;
}

/**
 * The waiters of one priority: round robin over the keys, first come first served within a key.
 *
 * This is deficit round robin (Shreedhar and Varghese 1995) with one request as the quantum: a key that was served goes
 * to the end of the ring, a key without waiters leaves it, and a new one joins at the end.
 */
export class KeyRing<T extends Queued> implements Iterable<T> {
  readonly edition: number;
  readonly priority: number;
  /** The lanes in the order of their turns. The last lane stays when it is empty. */
  readonly #lanes: Fifo<Lane<T>>;
  /** The turn of each key. Only the newest edition has the map; an older one that is edited again rebuilds it. */
  #turns: Map<string | undefined, number> | undefined;
  #lastTurn = 0;
  #length = 0;

  constructor(edition: number, priority: number, lanes: Fifo<Lane<T>> = new Fifo<Lane<T>>(edition)) {
    this.edition = edition;
    this.priority = priority;
    this.#lanes = lanes;
  }

  /** The same waiters in a newer edition. Editing the fork does not change this one. */
  fork(edition: number): KeyRing<T> {
    const fork = new KeyRing<T>(edition, this.priority, this.#lanes.fork(edition));
    fork.#turns = this.#turns;
    fork.#lastTurn = this.#lastTurn;
    fork.#length = this.#length;
    // The map moves on to the fork. Copying it would take time in proportion to the keys, at each snapshot that is
    // observed.
    this.#turns = undefined;
    return fork;
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#lanes.first?.waiters.first;
  }

  /** The waiter with this key that is served first. */
  firstOf(key: string | undefined): T | undefined {
    return this.#laneOf(key)?.waiters.first;
  }

  /** The first waiter of each key. */
  *firstOfEach(): IterableIterator<T> {
    for (const { waiters } of this.#lanes) if (waiters.first !== undefined) yield waiters.first;
  }

  /** How many waiters are served before this one; `undefined` when it is not in the queue. */
  countBefore(id: number, key: string | undefined): number | undefined {
    const own = this.#laneOf(key);
    if (own?.waiters.get(id) === undefined) return undefined;
    const turns = own.waiters.countBefore(id);
    // Lanes with an earlier turn will have been served once more than its own lane by then.
    return this.#lanes.sum((lane) => Math.min(lane.waiters.length, lane.id < own.id ? turns + 1 : turns));
  }

  /** The place of this waiter among those with its key, 1 for the first; 0 when it is not in the queue. */
  placeInKey(id: number, key: string | undefined): number {
    const own = this.#laneOf(key);
    return own?.waiters.get(id) === undefined ? 0 : own.waiters.countBefore(id) + 1;
  }

  /** How many waiters have this key. */
  lengthOf(key: string | undefined): number {
    return this.#laneOf(key)?.waiters.length ?? 0;
  }

  /** Adds a lane of waiters that was filled elsewhere. */
  adopt(key: string | undefined, waiters: Fifo<T>): void {
    this.#append(key, waiters);
    this.#length += waiters.length;
  }

  push(waiter: T): void {
    const lane = this.#laneOf(waiter.key) ?? this.#join(waiter.key);
    this.#own(lane).push(waiter);
    this.#length++;
  }

  /**
   * Removes the waiter that is served, and moves its key to the end of the ring; false when it is not in the queue.
   * `key` may be left out where it is unknown.
   */
  serve(id: number, key?: string): boolean {
    const lane = this.#laneWith(id, key);
    if (lane === undefined) return false;
    const waiters = this.#take(lane, id);
    if (waiters.length === 0 || this.#lanes.length === 1) return true;
    this.#lanes.remove(lane.id);
    this.#append(lane.key, waiters);
    return true;
  }

  /** Removes a waiter that leaves without being served; false when it is not in the queue. */
  remove(id: number, key: string | undefined): boolean {
    const lane = this.#laneOf(key);
    if (lane?.waiters.get(id) === undefined) return false;
    this.#take(lane, id);
    return true;
  }

  /** The waiters in the order in which they would be served if nobody else joined: one of each key, again and again. */
  *[Symbol.iterator](): IterableIterator<T> {
    let lanes = Array.from(this.#lanes, ({ waiters }) => waiters[Symbol.iterator]());
    while (lanes.length > 0) {
      const rest: IterableIterator<T>[] = [];
      for (const lane of lanes) {
        const next = lane.next();
        if (next.done === true) continue;
        yield next.value;
        rest.push(lane);
      }
      lanes = rest;
    }
  }

  #laneOf(key: string | undefined): Lane<T> | undefined {
    const { first } = this.#lanes;
    // The usual case: where no waiter has a key this is the only lane.
    if (first === undefined || first.key === key) return first;
    this.#turns ??= new Map(Array.from(this.#lanes, (lane) => [lane.key, lane.id]));
    const turn = this.#turns.get(key);
    return turn === undefined ? undefined : this.#lanes.get(turn);
  }

  #laneWith(id: number, key: string | undefined): Lane<T> | undefined {
    const { first } = this.#lanes;
    if (first?.waiters.first?.id === id) return first;
    // A waiter whose key has its own connection may be served before those in front.
    if (key !== undefined) {
      const own = this.#laneOf(key);
      return own?.waiters.get(id) === undefined ? undefined : own;
    }
    for (const lane of this.#lanes) if (lane.waiters.get(id) !== undefined) return lane;
    return undefined;
  }

  #join(key: string | undefined): Lane<T> {
    const { first } = this.#lanes;
    if (first?.waiters.length === 0) this.#drop(first);
    return this.#append(key, new Fifo<T>(this.edition));
  }

  #append(key: string | undefined, waiters: Fifo<T>): Lane<T> {
    const lane = { id: ++this.#lastTurn, key, waiters };
    this.#lanes.push(lane);
    this.#turns?.set(key, lane.id);
    return lane;
  }

  #take(lane: Lane<T>, id: number): Fifo<T> {
    const waiters = this.#own(lane);
    waiters.remove(id);
    this.#length--;
    // An empty last lane is kept for the next waiter: a contended queue empties and fills all the time.
    if (waiters.length === 0 && this.#lanes.length > 1) this.#drop(lane);
    return waiters;
  }

  #drop({ id, key }: Lane<T>): void {
    this.#lanes.remove(id);
    // The key may never be used again, and the number of keys has no limit.
    this.#turns?.delete(key);
  }

  #own({ id, key, waiters }: Lane<T>): Fifo<T> {
    if (waiters.edition === this.edition) return waiters;
    const own = waiters.fork(this.edition);
    this.#lanes.replace({ id, key, waiters: own });
    return own;
  }
}
