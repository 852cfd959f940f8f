import type { Observable, Subscription } from 'rxjs';
import { expect, onTestFinished } from 'vitest';

/** What somebody hears who listens from now on; the stream must not error before the test is over. */
export function heardOf(topic$: Observable<string>): { times: () => number; subscription: Subscription } {
  let times = 0;
  const errors: unknown[] = [];
  const subscription = topic$.subscribe({ next: () => times++, error: (error: unknown) => errors.push(error) });
  onTestFinished(() => {
    expect(errors).toEqual([]);
  });
  return { times: () => times, subscription };
}
