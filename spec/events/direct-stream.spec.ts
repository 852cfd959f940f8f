import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { DirectStream } from '../../lib/events/direct-stream.ts';
import { collect, listen } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';

describe('DirectStream', () => {
  it('tells all who are subscribed, and nobody of what was before', () => {
    const stream = new DirectStream<number>();
    stream.next(1);
    const first = collect(stream.stream$);
    stream.next(2);
    const second = collect(stream.stream$);
    stream.next(3);
    expect([first, second]).toEqual([[2, 3], [3]]);
  });

  it('tells nobody who has left, though it is while being told, and everybody else all the same', () => {
    const stream = new DirectStream<number>();
    const once = collect(stream.stream$.pipe(take(1)));
    const all = collect(stream.stream$);
    stream.next(1);
    stream.next(2);
    expect([once, all]).toEqual([[1], [1, 2]]);
  });

  it('completes for those who are subscribed and for who comes later', () => {
    const stream = new DirectStream<number>();
    const early = outcomeOf(stream.stream$);
    const left = outcomeOf(stream.stream$);
    left.leave();
    stream.complete();
    stream.next(1);
    const late = outcomeOf(stream.stream$);
    expect([early, left, late].map(({ values, completions }) => [values, completions])).toEqual([
      [0, 1],
      [0, 0],
      [0, 1],
    ]);
  });

  it('gives each subscription an end of its own', () => {
    const stream = new DirectStream<number>();
    const told: number[] = [];
    const [first, second] = [1, 2].map(() => listen(stream.stream$, (value) => told.push(value)));
    first?.unsubscribe();
    stream.next(7);
    second?.unsubscribe();
    stream.next(8);
    expect(told).toEqual([7]);
  });
});
