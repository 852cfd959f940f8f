import { TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';

/** Runs a test in marbles; the frames are compared as they are. */
export function marbles(run: Parameters<TestScheduler['run']>[0]): void {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(run);
}
