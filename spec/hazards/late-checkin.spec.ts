import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it('a lease that outlived its connection does not free the one that took its place', async () => {
  const { pool, server } = await fakePool(one);
  const old = given(pool.tryCheckout());
  server.kill(old.connection);
  await settle();
  const fresh = given(pool.tryCheckout());
  expect([...pool.state.connections][0]).toMatchObject({ id: 2, slot: 0, leases: 1 });
  old.checkin();
  old.destroy();
  expect(pool.tryCheckout()).toBeUndefined();
  expect(server.connection(2).closes).toBe(0);
  expect(pool.state).toMatchObject({ active: 1, invalidCheckins: 2 });
  fresh.checkin();
  expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
});

it('a checkin out of the callback that tells of the loss counts as late, not as a checkin', async () => {
  const { pool, server, log } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  listen(lease.revoked$, () => {
    lease.checkin();
  });
  server.kill(lease.connection);
  expect(log.filter(({ type }) => type === 'checkin')).toEqual([]);
  expect(pool.state).toMatchObject({ lost: 1, checkins: 0, invalidCheckins: 1 });
});

it('a connection that retires while it is leased is closed when the lease comes back, once', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 3 });
  const lease = given(pool.tryCheckout());
  void pool.close();
  expect(pool.state).toMatchObject({ closing: 1, active: 0, idle: 0 });
  lease.checkin();
  lease.checkin();
  await settle();
  expect(server.connection(1).closes).toBe(1);
  expect(pool.state).toMatchObject({ phase: 'closed', checkins: 1 });
  expect(pool.metrics.invalidCheckins).toBe(1);
});

it('a lease taken by force and checked in late changes nothing', async () => {
  const { pool, server } = await fakePool(one, { closeMs: 100 });
  const lease = given(pool.tryCheckout());
  const closed = pool.close({ timeoutMs: 50 });
  await elapse(50);
  lease.checkin();
  expect(pool.state).toMatchObject({ closing: 1, checkins: 0, invalidCheckins: 1 });
  await elapse(100);
  await closed;
  expect(pool.state).toMatchObject({ size: 0, lost: 1, checkins: 0 });
  expect(server.connection(1).closes).toBe(1);
});

it('a connection that dies while it is being closed is told of no more', async () => {
  const { pool, server, log } = await fakePool(one, { closeMs: 100 });
  given(pool.tryCheckout()).destroy();
  server.kill(server.connection(1));
  await elapse(100);
  expect(log.filter(({ type }) => type === 'down')).toEqual([]);
  expect(outcomeOf(pool.checkout()).values).toBe(1);
  expect(server.connection(1).closes).toBe(1);
});
