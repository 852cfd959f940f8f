import type { Lease } from '../lease.ts';
import { onAbort } from '../../base/on-abort.ts';
import type { Receiver } from './received-checkout.ts';

/** A receiver that fails when a signal is aborted while it waits. Once it has its lease the signal has no effect. */
export class Abortable<C> implements Receiver<C> {
  readonly stopListening: () => void;
  readonly #receiver: Receiver<C>;

  constructor(receiver: Receiver<C>, signal: AbortSignal) {
    this.#receiver = receiver;
    this.stopListening = onAbort(signal, () => {
      receiver.error(signal.reason);
    });
  }

  get closed(): boolean {
    return this.#receiver.closed;
  }

  next(lease: Lease<C>): void {
    this.stopListening();
    this.#receiver.next(lease);
  }

  error(reason: unknown): void {
    this.stopListening();
    this.#receiver.error(reason);
  }

  complete(): void {
    this.#receiver.complete();
  }
}
