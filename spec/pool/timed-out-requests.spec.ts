import { NEVER, lastValueFrom, of, throwError, timeout } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const checks = { healthCheckIntervalMs: 1000, healthCheckTimeoutMs: 200 };
const timingOut = () => NEVER.pipe(timeout({ first: 50 }));

describe('a request that timed out', () => {
  it('counts as a failed check: no strategy picks the connection until a check is good', async () => {
    const { pool, server, log } = await fakePool({ ...checks, minSize: 2, maxSize: 2 });
    server.connection(1).health = 'silent';
    const work = expect(pool.use(timingOut)).rejects.toMatchObject({ name: 'TimeoutError' });
    await elapse(50);
    await work;
    expect(log.find(({ type }) => type === 'health')).toMatchObject({ connection: 1, healthy: false });
    expect(pool.state).toMatchObject({ unhealthy: 1, idle: 2, healthCheckFailures: 1, checkins: 1 });
    expect([given(pool.tryCheckout()).connection.id, pool.tryCheckout()]).toEqual([2, undefined]);
    server.connection(1).health = 'good';
    await elapse(1000);
    expect(pool.state.unhealthy).toBe(0);
    expect(given(pool.tryCheckout()).connection.id).toBe(1);
  });

  it('is followed by a check at once, whose answer brings the connection back', async () => {
    const { pool, server } = await fakePool({ ...checks, minSize: 1, maxSize: 1 });
    await elapse(200);
    await pool.use(() => of(1));
    const before = server.connection(1).checks;
    const work = pool.use(timingOut).catch(() => undefined);
    await elapse(50);
    await work;
    expect(server.connection(1).checks).toBe(before + 1);
    expect(pool.state).toMatchObject({ unhealthy: 0, idle: 1, healthCheckFailures: 1 });
  });

  it('speaks against nobody where nobody checks', async () => {
    for (const off of [{ healthCheckIntervalMs: 0 }, { check: undefined }]) {
      const { pool } = await fakePool({ ...(off as typeof checks), minSize: 1, maxSize: 1 });
      const work = pool.use(timingOut).catch(() => undefined);
      await elapse(50);
      await work;
      expect(pool.state).toMatchObject({ unhealthy: 0, healthCheckFailures: 0 });
      expect(given(pool.tryCheckout()).connection.id).toBe(1);
    }
  });

  it('has its connection replaced after two more checks that fail', async () => {
    const { pool, server } = await fakePool({ ...checks, minSize: 1, maxSize: 2 });
    server.connection(1).health = 'silent';
    const work = pool.use(timingOut).catch(() => undefined);
    await elapse(50);
    await work;
    expect(server.connection(1).closes).toBe(0);
    await elapse(2200);
    expect(server.connection(1).closes).toBe(1);
    expect(pool.state.idle).toBe(1);
  });

  it('counts once, however many time out on a shared connection at once', async () => {
    const { pool, server } = await fakePool({ ...checks, minSize: 1, maxSize: 1, maxLeasesPerConnection: 8 });
    server.connection(1).health = 'silent';
    const work = Array.from({ length: 8 }, () => pool.use(timingOut).catch(() => undefined));
    await elapse(50);
    await Promise.all(work);
    expect(pool.state).toMatchObject({ unhealthy: 1, size: 1, closing: 0, healthCheckFailures: 1 });
  });

  it('counts through withConnection as well', async () => {
    const { pool, server } = await fakePool({ ...checks, minSize: 1, maxSize: 1 });
    server.connection(1).health = 'silent';
    const work = lastValueFrom(of(1).pipe(withConnection(pool, timingOut, { settle: true })));
    await elapse(50);
    await expect(work).resolves.toMatchObject({ status: 'rejected' });
    expect(pool.state.unhealthy).toBe(1);
  });

  it('is what isTimeout says it is', async () => {
    const late = new Error('late');
    const isTimeout = (error: unknown) => error === late;
    const { pool, server } = await fakePool({ ...checks, minSize: 1, maxSize: 1, isTimeout });
    server.connection(1).health = 'silent';
    const work = pool.use(timingOut).catch(() => undefined);
    await elapse(50);
    await work;
    expect(pool.state.unhealthy).toBe(0);
    await pool.use(() => throwError(() => late)).catch(() => undefined);
    await settle();
    expect(pool.state.unhealthy).toBe(1);
  });

  it('is no failed check when the work failed for another reason', async () => {
    const { pool } = await fakePool({ ...checks, minSize: 1, maxSize: 1 });
    await pool.use(() => throwError(() => new Error('tool failed'))).catch(() => undefined);
    expect(pool.state).toMatchObject({ unhealthy: 0, healthCheckFailures: 0 });
  });
});
