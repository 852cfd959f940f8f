import type { Unsubscribable } from 'rxjs';
import type { Delivery } from '../../events/inbox.ts';
import { reporting } from '../../base/report.ts';
import { onAbort } from '../../base/on-abort.ts';

/** Begins the checkout; returns how to leave the queue. */
type Begin = () => Unsubscribable | undefined;

/** Checkouts that are to begin later, each with a timer of its own. */
export class DelayedCheckouts {
  readonly #delayed = new Set<DelayedCheckout>();

  get size(): number {
    return this.#delayed.size;
  }

  /** Begins it after so many milliseconds; at once when the signal is aborted meanwhile, for then it is refused. */
  add(begin: Begin, delayMs: number, signal: AbortSignal | undefined): Unsubscribable {
    const delayed = new DelayedCheckout(begin, delayMs, signal, () => this.#delayed.delete(delayed));
    this.#delayed.add(delayed);
    return delayed;
  }

  /** Those whose time has not come. */
  [Symbol.iterator](): IterableIterator<Delivery> {
    return [...this.#delayed].values();
  }
}

/** One of them; delivered, it begins at once. */
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
    // It may have been left by now, when there was nothing to leave yet.
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

  /** False where it does not wait any more. */
  #stop(status: 'begun' | 'left'): boolean {
    if (this.#status !== 'waiting') return false;
    this.#status = status;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    this.#forget();
    return true;
  }
}
