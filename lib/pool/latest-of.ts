import { type Observable, Subject, takeUntil } from 'rxjs';
import { latestValueFrom } from 'rxjs-for-await';

/**
 * The latest value of a stream, for `for await`. Leaving it ends it at once, also while it waits for the next value, which
 * an async generator would not be told of before that has come.
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
