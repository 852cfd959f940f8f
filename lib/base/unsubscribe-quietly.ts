import type { Subscription } from 'rxjs';

/**
 * Unsubscribes and ignores what a teardown throws. The teardown is user code; its error must not keep the rest of the
 * connection from being closed.
 */
export function unsubscribeQuietly(subscription: Subscription): void {
  try {
    subscription.unsubscribe();
  } catch {
    // Ignored, as is a `close` that fails: the connection is of no use any more either way.
  }
}

/**
 * Whether unsubscribing from this input stops its work. It does not for a promise, nor for an async generator in the
 * middle of an `await`.
 */
export function isUnsubscribable(input: unknown): boolean {
  return typeof input !== 'object' || input === null || !('then' in input || Symbol.asyncIterator in input);
}
