import { Observable } from 'rxjs';
import type { Inbox } from './inbox.ts';

/**
 * Emits the present value, then everything `later$` emits, and misses nothing between the two. `later$` must not emit
 * synchronously on subscription: it is subscribed to before the present value is emitted.
 */
export function nowAndLater<T>(now: () => T, later$: Observable<T>, inbox: Pick<Inbox, 'inTurn'>): Observable<T> {
  const both$ = new Observable<T>((subscriber) => {
    const seen = { now: false, end: false };
    subscriber.add(
      later$.subscribe({
        next: (value) => {
          subscriber.next(value);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          seen.end = true;
          if (seen.now) subscriber.complete();
        },
      }),
    );
    subscriber.next(now());
    seen.now = true;
    // `later$` may have completed before the present value was emitted.
    if (seen.end) subscriber.complete();
  });
  return inbox.inTurn(both$);
}
