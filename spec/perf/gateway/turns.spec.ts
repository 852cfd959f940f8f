import { describe, expect, it } from 'vitest';
import { Turns } from '../../../perf/gateway/turns.ts';

describe('Turns', () => {
  it('take the median of each launch, and of these the median, the least and the most', () => {
    const turns = turnsOf({ ours: [[1, 2, 9], [4], [3]] });
    expect(turns.of('perSecond', 'ours', 50)).toEqual({ median: 3, low: 2, high: 4 });
  });

  it('compare contenders launch by launch', () => {
    const turns = turnsOf({ ours: [[10], [30]], theirs: [[5], [10]] });
    const quotient = (one: number, other: number): number => one / other;
    expect(turns.compared('perSecond', ['ours', 'theirs'], 50, quotient)).toEqual({ median: 2.5, low: 2, high: 3 });
  });

  it('know what was not measured', () => {
    const turns = turnsOf({ ours: [[1]] });
    expect([turns.has('ours', 50), turns.has('ours', 1), turns.has('theirs', 50)]).toEqual([true, false, false]);
    expect(() => turns.of('perSecond', 'ours', 1)).toThrow('ours was not measured with 1 clients');
  });
});

function turnsOf(launches: Readonly<Record<string, readonly (readonly number[])[]>>): Turns {
  const turns = new Turns();
  for (const [name, each] of Object.entries(launches))
    for (const [launch, rates] of each.entries())
      for (const perSecond of rates)
        turns.add(launch, name, 50, { perSecond, p50Ms: 0, p99Ms: 0, ownUs: 0, serversUs: 0 });
  return turns;
}
