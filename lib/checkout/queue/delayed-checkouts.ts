import type { Unsubscribable } from 'rxjs';
import type { Delivery } from '../../events/delivery.ts';
import { reporting } from '../../base/report.ts';
import { onAbort } from '../../base/on-abort.ts';

/** Begins the checkout; the result leaves the queue when unsubscribed from. */
type Begin = () => Unsubscribable | undefined;

/** Checkouts that will begin later, each with its own timer. */
export class DelayedCheckouts {
  readonly #delayed = new Set<DelayedCheckout>();

  /** How many there are. */
  get size(): number {
    return this.#delayed.size;
  }

  /** Begins a checkout after `delayMs` milliseconds; at once when the signal is aborted, for then it is refused. */
  add(begin: Begin, delayMs: number, signal: AbortSignal | undefined): Unsubscribable {
    const delayed = new DelayedCheckout(begin, delayMs, signal, () => this.#delayed.delete(delayed));
    this.#delayed.add(delayed);
    return delayed;
  }

  /** The checkouts that have not begun yet. */
  [Symbol.iterator](): IterableIterator<Delivery> {
    return [...this.#delayed].values();
  }
}

/** One delayed checkout. As a `Delivery` it begins at once when it is delivered. */
class DelayedCheckout implements Unsubscribable, Delivery {
  readonly #begin: Begin;
  readonly #forget: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #stopListening: (() => void) | undefined;
  #status: 'waiting' | 'begun' | 'left' = 'waiting';
  #checkout: Unsubscribable | undefined;

  constructor(begin: Begin, delayMs: number, signal: AbortSignal | undefined, forget: () => void) {
    this.#begin = begin;
    this.#forget = forget;
    const deliver = reporting(() => {
      this.deliver();
    });
    this.#timer = setTimeout(deliver, delayMs);
    this.#stopListening = signal && onAbort(signal, deliver);
  }

  deliver(): void {
    if (!this.#stop('begun')) return;
    const checkout = this.#begin();
    // `unsubscribe` may have been called inside `begin`, when there was nothing to unsubscribe yet.
    if (this.#hasLeft()) checkout?.unsubscribe();
    else this.#checkout = checkout;
  }

  unsubscribe(): void {
    if (!this.#stop('left')) this.#status = 'left';
    this.#checkout?.unsubscribe();
  }

  #hasLeft(): boolean {
    return this.#status === 'left';
  }

  /** Ends the delay; false if it had ended already. */
  #stop(status: 'begun' | 'left'): boolean {
    if (this.#status !== 'waiting') return false;
    this.#status = status;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    this.#forget();
    return true;
  }
}
