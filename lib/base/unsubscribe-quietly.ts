import type { Subscription } from 'rxjs';

/** Unsubscribes; a teardown that throws, which is a user's, must not keep the rest of a connection from ending. */
export function letGo(subscription: Subscription): void {
  try {
    subscription.unsubscribe();
  } catch {
    // Like a `close` that fails: the connection is of no more use either way.
  }
}
