/** A waiter with its number. */
interface NumberedWaiter {
  /** The number, higher than that of all earlier waiters. */
  readonly waiter: number;
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

  get(waiter: number): T | undefined {
    const found = this.#ring[waiter & (this.#ring.length - 1)];
    return found?.waiter === waiter ? found : this.#stragglers.get(waiter);
  }

  add(pending: T): void {
    let at = pending.waiter & (this.#ring.length - 1);
    while (this.#ring[at] !== undefined && 2 * this.#inRing >= this.#ring.length) {
      this.#grow();
      at = pending.waiter & (this.#ring.length - 1);
    }
    const straggler = this.#ring[at];
    if (straggler === undefined) this.#inRing++;
    else this.#stragglers.set(straggler.waiter, straggler);
    this.#ring[at] = pending;
  }

  /** Removes and returns a waiter; `undefined` when it is not there. */
  take(waiter: number): T | undefined {
    const at = waiter & (this.#ring.length - 1);
    const found = this.#ring[at];
    if (found?.waiter !== waiter) return this.#takeStraggler(waiter);
    this.#ring[at] = undefined;
    this.#inRing--;
    if (this.#inRing === 0 && this.#ring.length > LARGEST_KEPT) this.#ring = ringOf(SMALLEST);
    return found;
  }

  #takeStraggler(waiter: number): T | undefined {
    const found = this.#stragglers.get(waiter);
    if (found !== undefined) this.#stragglers.delete(waiter);
    return found;
  }

  #grow(): void {
    const grown = ringOf<T>(2 * this.#ring.length);
    for (const pending of this.#ring) if (pending !== undefined) grown[pending.waiter & (grown.length - 1)] = pending;
    this.#ring = grown;
  }
}

function ringOf<T>(length: number): (T | undefined)[] {
  return new Array<T | undefined>(length).fill(undefined);
}
