import { expect, it, vi } from 'vitest';
import { chosenRuns } from '../support/chosen.ts';
import { simulate } from './simulate.ts';

const HOUR_MS = 3_600_000;
const seeds = Array.from({ length: chosenRuns('CLOCK_SEEDS', 20) }, (_, i) => 1 + i);

it.each([
  ['forward', [HOUR_MS]],
  ['back', [-HOUR_MS]],
  ['to and fro', [HOUR_MS, -HOUR_MS]],
])('a wall clock that jumps %s by an hour has no effect', async (_, jumps) => {
  for (const seed of seeds) {
    let steps = 0;
    const log = await simulate(seed, () => {
      const now = Date.now();
      vi.setSystemTime(now + (jumps[steps++ % jumps.length] ?? 0));
      expect(Math.abs(Date.now() - now)).toBe(HOUR_MS);
    });
    expect(steps).toBeGreaterThan(10);
    expect(log).toEqual(await simulate(seed));
  }
});
