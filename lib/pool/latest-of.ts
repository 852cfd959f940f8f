import { type Observable, Subject, takeUntil } from 'rxjs';
import { latestValueFrom } from 'rxjs-for-await';

/**
 * The latest value of a stream, for `for await`. Leaving the loop ends the subscription at once, even while the loop
 * waits for the next value; an async generator would notice only when that value has come.
 *
 * @internal
 */
export function latestOf<T>(values$: Observable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const left$ = new Subject<true>();
      const latest = latestValueFrom(values$.pipe(takeUntil(left$)));
      return {
        next: () => latest.next(),
        return: () => {
          left$.next(true);
          return latest.return();
        },
      };
    },
  };
}
