import { Observable } from 'rxjs';
import type { Inbox } from './inbox.ts';

/**
 * Emits what is so now, then what comes later, of which nothing is missed: `later$`, which must not emit at once, is
 * subscribed to before anybody is told what is so now.
 */
export function nowAndLater<T>(now: () => T, later$: Observable<T>, inbox: Pick<Inbox, 'inTurn'>): Observable<T> {
  const both$ = new Observable<T>((subscriber) => {
    const told = { now: false, end: false };
    subscriber.add(
      later$.subscribe({
        next: (value) => {
          subscriber.next(value);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          told.end = true;
          if (told.now) subscriber.complete();
        },
      }),
    );
    subscriber.next(now());
    told.now = true;
    // It may have been over already.
    if (told.end) subscriber.complete();
  });
  return inbox.inTurn(both$);
}
