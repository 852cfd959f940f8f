import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { pass, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const HOUR_MS = 3_600_000;

it('I12 an hour with the default options leaves what was there before it', async () => {
  const { pool, server } = await fakePool();
  await pool.ready();
  const timers = vi.getTimerCount();
  for (let at = 0; at < HOUR_MS; at += 10_000) {
    await pass(10_000);
    await pool.use(({ id }) => [id]);
  }
  expect(pool.state).toMatchObject({ size: 10, idle: 10, checkouts: 360, failedCheckouts: 0, unhealthy: 0 });
  expect(vi.getTimerCount()).toBe(timers);
  // Once an interval each, but right after a use; each was replaced twice.
  const checks = server.connections.reduce((sum, connection) => sum + connection.checks, 0);
  expect(checks).toBeGreaterThan(6800);
  expect(checks).toBeLessThanOrEqual(7200);
  expect(server.connections).toHaveLength(30);
  await pool.close();
  expect(vi.getTimerCount()).toBe(0);
});
