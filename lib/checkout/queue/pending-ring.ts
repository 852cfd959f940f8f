/** What stands for a waiter with a number. */
interface NumberedWaiter {
  /** The number is higher than that of all earlier waiters. */
  readonly waiter: { readonly id: number };
}

const SMALLEST = 16;

/** A ring that has grown beyond this is replaced by a small one when it is empty. */
const LARGEST_KEPT = 4096;

/**
 * The waiters by number. The numbers rise, so each waiter stands in a ring at the low bits of its number: no hashing,
 * and no allocation as they come and go. Waiters that are still there when the ring comes round to their place are
 * moved to a map.
 */
export class PendingRing<T extends NumberedWaiter> {
  #ring = ringOf<T>(SMALLEST);
  #inRing = 0;
  readonly #stragglers = new Map<number, T>();

  get(id: number): T | undefined {
    const found = this.#ring[id & (this.#ring.length - 1)];
    return found?.waiter.id === id ? found : this.#stragglers.get(id);
  }

  add(pending: T): void {
    const at = pending.waiter.id & (this.#ring.length - 1);
    if (this.#ring[at] !== undefined) {
      this.#addToTaken(pending);
      return;
    }
    this.#ring[at] = pending;
    this.#inRing++;
  }

  /** Removes and returns a waiter; `undefined` when it is not there. */
  take(id: number): T | undefined {
    const ring = this.#ring;
    const at = id & (ring.length - 1);
    const found = ring[at];
    if (found === undefined || found.waiter.id !== id) return this.#takeStraggler(id);
    ring[at] = undefined;
    if (--this.#inRing === 0 && ring.length > LARGEST_KEPT) this.#ring = ringOf(SMALLEST);
    return found;
  }

  /** Somebody stands at its place, and has to make room where a larger ring would not have room for both. */
  #addToTaken(pending: T): void {
    const { id } = pending.waiter;
    let at = id & (this.#ring.length - 1);
    while (this.#ring[at] !== undefined && 2 * this.#inRing >= this.#ring.length) {
      this.#grow();
      at = id & (this.#ring.length - 1);
    }
    const straggler = this.#ring[at];
    if (straggler === undefined) this.#inRing++;
    else this.#stragglers.set(straggler.waiter.id, straggler);
    this.#ring[at] = pending;
  }

  #takeStraggler(id: number): T | undefined {
    const found = this.#stragglers.get(id);
    if (found !== undefined) this.#stragglers.delete(id);
    return found;
  }

  #grow(): void {
    const grown = ringOf<T>(2 * this.#ring.length);
    for (const pending of this.#ring) if (pending !== undefined) grown[pending.waiter.id & (grown.length - 1)] = pending;
    this.#ring = grown;
  }
}

function ringOf<T>(length: number): (T | undefined)[] {
  return new Array<T | undefined>(length).fill(undefined);
}
