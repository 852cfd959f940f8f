import type { Socket } from 'node:net';
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { type TcpEcho, echo, startTcpEcho } from '../support/tcp-echo.ts';

let server: TcpEcho;

beforeEach(async () => {
  server = await startTcpEcho();
});
afterEach(() => server.stop());

/** Nothing else runs meanwhile. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('I4 timeouts that fire late tell the time that has really passed', async () => {
  const pool = createPool({ ...server.connector, minSize: 1, maxSize: 1, checkoutTimeoutMs: 20 });
  await pool.ready();
  const lease = given(pool.tryCheckout());
  const outcomes = [20, 60, 100].map((timeoutMs) => outcomeOf(pool.checkout({ timeoutMs })));
  stall(150);
  while (outcomes.some(({ errors }) => errors === 0)) await new Promise((resolve) => setImmediate(resolve));
  for (const { error } of outcomes) {
    expect(codeOf(error)).toBe('POOL_CHECKOUT_TIMEOUT');
    expect(error).toMatchObject({ data: { phase: 'waiting', waiting: expect.any(Number) as number } });
    expect((error as { data: { waitedMs: number } }).data.waitedMs).toBeGreaterThanOrEqual(150);
  }
  lease.checkin();
  await pool.close();
});

it('a connect that was made during the stall is not given up for it', async () => {
  const pool = createPool({ ...server.connector, minSize: 1, maxSize: 1, connectTimeoutMs: 60 });
  await Promise.resolve();
  await Promise.resolve();
  stall(150);
  await pool.ready();
  expect(pool.state).toMatchObject({ idle: 1, connectFailures: 0 });
  expect([...pool.state.connections].map(({ id }) => id)).toEqual([1]);
  await pool.close();
});

it('a check that was answered during the stall has not failed', async () => {
  const check = (socket: Socket): Promise<string> => {
    // The answer stands in the socket by then, and the timer of the check is long over.
    setImmediate(stall, 100);
    return echo(socket, 'ping');
  };
  const pool = createPool({
    ...server.connector,
    check,
    minSize: 1,
    healthCheckIntervalMs: 30,
    healthCheckTimeoutMs: 40,
  });
  await pool.ready();
  const outcomes$ = pool.events$.pipe(filter((event) => event.type === 'health'));
  const outcomes = await firstValueFrom(outcomes$.pipe(take(4), toArray()));
  expect(outcomes.map(({ error }) => error)).toEqual(['', '', '', '']);
  await pool.close();
});
