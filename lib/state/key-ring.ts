import { Fifo, type Numbered } from './fifo.ts';

/** What a queue has to know of those who stand in it. */
export interface Queued extends Numbered {
  readonly key?: string;
  /** Higher goes first. */
  readonly priority: number;
}

/** Those with the same key, or all without one; the id is its turn. */
interface Lane<T extends Numbered> extends Numbered {
  readonly key: string | undefined;
  readonly waiters: Fifo<T>;
}

/**
 * Those of one priority: round robin over the keys, first come first served within a key.
 *
 * It is deficit round robin (Shreedhar and Varghese 1995) with one request as the quantum: a key that was served goes to
 * the end of the ring, a key of which nobody waits any more leaves it, and a new one joins at the end.
 */
export class KeyRing<T extends Queued> implements Iterable<T> {
  readonly edition: number;
  readonly priority: number;
  /** In the order of their turns, which rise; the last lane stays when it is empty. */
  readonly #lanes: Fifo<Lane<T>>;
  /** The turn of each key; the newest edition has it, and an older one that is edited again makes it anew. */
  #turns: Map<string | undefined, number> | undefined;
  #lastTurn = 0;
  #length = 0;

  constructor(edition: number, priority: number, lanes: Fifo<Lane<T>> = new Fifo<Lane<T>>(edition)) {
    this.edition = edition;
    this.priority = priority;
    this.#lanes = lanes;
  }

  /** The same waiters in a newer edition, which may be edited without a change to this one. */
  fork(edition: number): KeyRing<T> {
    const fork = new KeyRing<T>(edition, this.priority, this.#lanes.fork(edition));
    fork.#turns = this.#turns;
    fork.#lastTurn = this.#lastTurn;
    fork.#length = this.#length;
    // Copying it would cost as much as there are keys, at each snapshot that somebody looks at.
    this.#turns = undefined;
    return fork;
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#lanes.first?.waiters.first;
  }

  /** Of those with this key who is served first. */
  firstOf(key: string | undefined): T | undefined {
    return this.#laneOf(key)?.waiters.first;
  }

  /** The first of each key. */
  *firstOfEach(): IterableIterator<T> {
    for (const { waiters } of this.#lanes) if (waiters.first !== undefined) yield waiters.first;
  }

  /** How many are served before this one; `undefined` when it is not there. */
  countBefore(id: number, key: string | undefined): number | undefined {
    const own = this.#laneOf(key);
    if (own?.waiters.get(id) === undefined) return undefined;
    const turns = own.waiters.countBefore(id);
    // Those whose turn comes before its own have had one turn more by then.
    return this.#lanes.sum((lane) => Math.min(lane.waiters.length, lane.id < own.id ? turns + 1 : turns));
  }

  /** The place of this one among those with its key, 1 for the first; 0 when it is not there. */
  placeInKey(id: number, key: string | undefined): number {
    const own = this.#laneOf(key);
    return own?.waiters.get(id) === undefined ? 0 : own.waiters.countBefore(id) + 1;
  }

  /** How many have this key. */
  lengthOf(key: string | undefined): number {
    return this.#laneOf(key)?.waiters.length ?? 0;
  }

  /** Begins with a lane that was filled elsewhere. */
  adopt(key: string | undefined, waiters: Fifo<T>): void {
    this.#append(key, waiters);
    this.#length += waiters.length;
  }

  push(waiter: T): void {
    const lane = this.#laneOf(waiter.key) ?? this.#join(waiter.key);
    this.#own(lane).push(waiter);
    this.#length++;
  }

  /** Takes out who is served, and its key has had its turn; false when it is not there. `key`: where known. */
  serve(id: number, key?: string): boolean {
    const lane = this.#laneWith(id, key);
    if (lane === undefined) return false;
    const waiters = this.#take(lane, id);
    if (waiters.length === 0 || this.#lanes.length === 1) return true;
    this.#lanes.remove(lane.id);
    this.#append(lane.key, waiters);
    return true;
  }

  /** Takes out who leaves without being served; false when it is not there. */
  remove(id: number, key: string | undefined): boolean {
    const lane = this.#laneOf(key);
    if (lane?.waiters.get(id) === undefined) return false;
    this.#take(lane, id);
    return true;
  }

  /** In the order in which they would be served if nobody else came: one of each key, and again. */
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
    // Where nobody has a key there is no more than this.
    if (first === undefined || first.key === key) return first;
    this.#turns ??= new Map(Array.from(this.#lanes, (lane) => [lane.key, lane.id]));
    const turn = this.#turns.get(key);
    return turn === undefined ? undefined : this.#lanes.get(turn);
  }

  #laneWith(id: number, key: string | undefined): Lane<T> | undefined {
    const { first } = this.#lanes;
    if (first?.waiters.first?.id === id) return first;
    // Whoever is bound to one connection may be served before those in front.
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
    // Kept for the next who comes: a contended queue empties and fills all the time.
    if (waiters.length === 0 && this.#lanes.length > 1) this.#drop(lane);
    return waiters;
  }

  #drop({ id, key }: Lane<T>): void {
    this.#lanes.remove(id);
    // Keys may never come again, and there may be any number of them.
    this.#turns?.delete(key);
  }

  #own({ id, key, waiters }: Lane<T>): Fifo<T> {
    if (waiters.edition === this.edition) return waiters;
    const own = waiters.fork(this.edition);
    this.#lanes.replace({ id, key, waiters: own });
    return own;
  }
}
