import { throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const two = { minSize: 2, maxSize: 2, healthCheckIntervalMs: 1000, checkoutTimeoutMs: 60_000 };

/** A full pool whose connections have failed a check. */
async function ailing(options = {}) {
  const opened = await fakePool({ ...two, ...options });
  const fail = async (): Promise<void> => {
    for (const connection of opened.server.alive) connection.health = 'bad';
    await elapse(1000);
  };
  await fail();
  const waiting = () => outcomeOf(opened.pool.checkout());
  const retired = () => opened.log.flatMap((event) => (event.type === 'retire' ? [event.connection] : []));
  return { ...opened, fail, waiting, retired };
}

describe('I20 unhealthy connections of a full pool', () => {
  it('stay while nobody waits', async () => {
    const { pool, retired } = await ailing();
    await settle();
    expect(pool.state.unhealthy).toBe(2);
    expect(retired()).toEqual([]);
  });

  it('make room for whoever waits, at once and one at a time', async () => {
    const { pool, waiting, retired } = await ailing();
    const waiters = [waiting(), waiting()];
    await settle();
    expect(retired()).toHaveLength(1);
    expect(waiters.map(({ values }) => values)).toEqual([1, 0]);
    expect(pool.state).toMatchObject({ size: 2, unhealthy: 1, active: 1, waiting: 1 });
  });

  it('go on doing so when the successor has served a request', async () => {
    const { pool, waiting, retired } = await ailing();
    const [first, second] = [waiting(), waiting()];
    await settle();
    first.value?.checkin();
    expect(second.values).toBe(1);
    const third = waiting();
    await settle();
    expect(retired()).toHaveLength(2);
    expect(third.values).toBe(1);
    expect(pool.state.circuit).toBe('closed');
  });

  it('wait for the outcome of a check that is under way', async () => {
    const { pool, server, waiting, retired } = await ailing({ minSize: 1, maxSize: 1, healthCheckTimeoutMs: 5000 });
    server.connection(1).health = 'silent';
    await elapse(1000);
    const waiter = waiting();
    await settle();
    expect([retired(), waiter.values, pool.state.unhealthy]).toEqual([[], 0, 1]);
  });

  it('count as a failed connect when two in a row did not answer, for restarts do not help a slow server', async () => {
    const { pool, fail, retired } = await ailing({ minSize: 1, maxSize: 1 });
    // What the successor does is of no more use than what the one before did.
    const first = pool.use(() => throwError(() => new Error('no answer'))).catch(() => 'failed');
    await settle();
    expect([await first, retired(), pool.state.circuit]).toEqual(['failed', [1], 'closed']);
    await fail();
    pool.use(() => 'served').catch(() => undefined);
    await settle();
    expect(retired()).toEqual([1, 2]);
    expect(pool.state.circuit).toBe('open');
  });
});
