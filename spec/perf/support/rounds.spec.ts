import { describe, expect, it } from 'vitest';
import { type Repeated, Rounds, roundRobinRounds, spreadOf } from '../../../perf/support/rounds.ts';

describe('spreadOf', () => {
  it('is the median and the quartiles, in whatever order the values come', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 });
  });

  it('lies between two values where no value is in the middle', () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
  });

  it('is the value itself where there is but one', () => {
    expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7 });
  });
});

describe('Rounds', () => {
  it('sets rows against each other round by round', () => {
    // The machine was ten times as slow in the last round: the medians by themselves say 3.
    const rounds = new Rounds(
      new Map([
        ['a', [20, 30, 600]],
        ['b', [10, 10, 300]],
      ]),
    );
    expect(rounds.ns('a').median / rounds.ns('b').median).toBe(3);
    expect(rounds.ratio('a', 'b').median).toBe(2);
  });

  it('refuses a name that nothing has', () => {
    expect(() => new Rounds(new Map()).ns('a')).toThrow('nothing is called "a"');
  });
});

describe('roundRobinRounds', () => {
  it('takes turns back and forth, and counts none that lead in', async () => {
    const turns: string[] = [];
    const peer = (name: string): Repeated => ({
      name,
      times: 10,
      run: () => Promise.resolve(turns.push(name) > 8 ? 1 : 1000),
    });
    const rounds = await roundRobinRounds([peer('a'), peer('b')], 2);
    expect(turns.join('')).toBe('abbaabba' + 'abba');
    expect(rounds.ns('a')).toEqual({ median: 1e5, low: 1e5, high: 1e5 });
  });

  it('looks at the clock on the wall where a run does not tell what it took', async () => {
    const peer: Repeated = { name: 'a', times: 1, run: () => Promise.resolve() };
    const { median } = (await roundRobinRounds([peer], 3)).ns('a');
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThan(1e9);
  });
});
