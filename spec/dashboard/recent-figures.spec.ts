import { expect, it } from 'vitest';
import type { Second } from '../../lib/dashboard/protocol.ts';
import { recentFigures } from '../../lib/dashboard/recent-figures.ts';
import { noCounts } from '../support/no-counts.ts';

function second(at: number, checkouts: number, counts: Partial<Second['counts']> = {}): Second {
  const latencies = { waitP50: 1, waitP99: 2, useP50: 3, useP99: checkouts };
  const gauges = { size: 2, active: 0, waiting: 0 };
  return { at, checkouts, ...latencies, ...gauges, counts: { ...noCounts, ...counts }, uses: [] };
}

it('has a checkout figure for each second of a minute, and the sum of what failed', () => {
  const seconds = [
    second(39_000, 9, { deaths: 100 }),
    second(98_000, 5, { failedCheckouts: 2, deaths: 1 }),
    second(100_000, 7, { failedConnects: 3, healthCheckFailures: 4 }),
  ];
  const { checkouts, ...figures } = recentFigures(seconds, 100_100);
  expect(figures).toEqual({ useP99: 7, failuresPerMinute: 10 });
  expect([checkouts.length, ...checkouts.slice(-3)]).toEqual([60, 5, 0, 7]);
  expect(checkouts.slice(0, -3).every((count) => count === 0)).toBe(true);
});

it('knows nothing of a pool that was not recorded', () => {
  expect(recentFigures([], 5)).toMatchObject({ useP99: null, failuresPerMinute: 0 });
});
