import { describe, expect, it } from 'vitest';
import type { Second } from '../../lib/dashboard/protocol.ts';
import { SecondSeries } from '../../lib/dashboard/second-series.ts';
import { noCounts } from '../support/no-counts.ts';

function second(n: number, part: Partial<Second> = {}): Second {
  const latencies = { waitP50: null, waitP99: null, useP50: null, useP99: null };
  const gauges = { size: 2, active: 0, waiting: 0 };
  return { at: 1000 * n, checkouts: 0, ...latencies, ...gauges, counts: noCounts, uses: [], ...part };
}

function kept(...seconds: Second[]): number[] {
  const series = new SecondSeries();
  for (const each of seconds) series.add(each);
  return series.after(-Infinity).map(({ at }) => at / 1000);
}

describe('the series of seconds', () => {
  it('keeps the first and the last of a time in which nothing happens', () => {
    const busy = { checkouts: 5, uses: [12, 5] };
    expect(kept(second(1, busy), second(2), second(3), second(4), second(5), second(6, busy), second(7))).toEqual([
      1, 2, 5, 6, 7,
    ]);
  });

  it.each<[string, Partial<Second>]>([
    ['a connection more', { size: 3 }],
    ['somebody who waits', { waiting: 1 }],
    ['a failed check', { counts: { ...noCounts, healthCheckFailures: 1 } }],
    ['a beginning', { begins: true }],
  ])('keeps a second with %s', (_what, part) => {
    expect(kept(second(1), second(2), second(3, part))).toEqual([1, 2, 3]);
  });

  it('keeps an hour, and one second before it for the line', () => {
    const seconds = kept(...Array.from({ length: 4000 }, (_, n) => second(n, { uses: [0, 1] })));
    expect([seconds.length, seconds.at(0), seconds.at(-1)]).toEqual([3602, 398, 3999]);
  });

  it('tells those after an instant', () => {
    const series = new SecondSeries();
    for (let n = 0; n < 5; n++) series.add(second(n, { uses: [0, n + 1] }));
    expect(series.after(2000).map(({ at }) => at)).toEqual([3000, 4000]);
  });
});
