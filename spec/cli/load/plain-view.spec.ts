import { expect, it } from 'vitest';
import { plainLine } from '../../../lib/cli/load/plain-view.ts';
import { latency, sampleOf } from '../samples.ts';

it('is one line with the figures of the last second', () => {
  expect(plainLine(sampleOf({ elapsedMs: 4012, failed: 3 }))).toBe(
    'with pool      4 s    5,123 requests/s  p50 17.1 ms  p99 34.2 ms  40 active  10 idle  1,234 waiting  3 failed',
  );
});

it('says what is wrong with the pool', () => {
  const health = { status: 'down', cause: 'Nothing is up: no such\nfile.', since: 1000, nextTryAt: 6000 } as const;
  expect(plainLine(sampleOf({ health, at: 5000 }))).toContain(
    '0 failed  down for 4 s: Nothing is up: no such file. Next try in 1 s.',
  );
});

it('has a dash where nobody was answered', () => {
  expect(plainLine(sampleOf({ recentLatencyUs: latency(0, 0) }))).toContain('p50 –  ');
});
