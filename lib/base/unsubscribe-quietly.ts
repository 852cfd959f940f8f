import type { Subscription } from 'rxjs';

/** Unsubscribes; a teardown that throws, which is a user's, must not keep the rest of a connection from ending. */
export function unsubscribeQuietly(subscription: Subscription): void {
  try {
    subscription.unsubscribe();
  } catch {
    // Like a `close` that fails: the connection is of no more use either way.
  }
}

/** Whether unsubscribing reaches who connects: a promise, or a generator in the middle of an `await`, goes on regardless. */
export function isUnsubscribable(input: unknown): boolean {
  return typeof input !== 'object' || input === null || !('then' in input || Symbol.asyncIterator in input);
}
