import type { Observable, Subscription } from 'rxjs';

/** Subscribes to what never errors. */
export function listen<T>(source$: Observable<T>, next: (value: T) => void): Subscription {
  return source$.subscribe({
    next,
    error: (error: unknown) => {
      throw new Error('a stream that never errors did', { cause: error });
    },
  });
}

/** All that comes from here on. */
export function collect<T>(source$: Observable<T>): T[] {
  const values: T[] = [];
  listen(source$, (value) => values.push(value));
  return values;
}
