import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const never = { closeMs: Infinity };

it('a connection that takes long to close is replaced meanwhile', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 2 }, never);
  given(pool.tryCheckout()).destroy();
  await settle();
  expect(pool.state).toMatchObject({ closing: 1, idle: 1, size: 2 });
  await elapse(5000);
  expect(pool.state).toMatchObject({ closing: 0, idle: 1, size: 1 });
});

it('and so is one that is replaced for its health', async () => {
  const options = { minSize: 1, maxSize: 2, healthCheckIntervalMs: 100 };
  const { pool, server } = await fakePool(options, never);
  server.connection(1).health = 'bad';
  await elapse(300);
  expect(pool.state).toMatchObject({ closing: 1, idle: 1, size: 2 });
});

it('I1 but not beyond maxSize', async () => {
  const { pool } = await fakePool({ minSize: 2, maxSize: 2, closeTimeoutMs: 400 }, never);
  given(pool.tryCheckout()).destroy();
  const lease = given(pool.tryCheckout());
  const waiter = outcomeOf(pool.checkout());
  await elapse(399);
  expect(pool.state).toMatchObject({ size: 2, closing: 1, waiting: 1 });
  await elapse(1);
  expect(waiter.values).toBe(1);
  lease.checkin();
});

it('I9 each is closed once, though it was retired, died and was closed by force', async () => {
  const { pool, server } = await fakePool({ minSize: 3, maxSize: 3, closeTimeoutMs: 100 }, never);
  const [one, two] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  one.destroy();
  server.kill(two.connection);
  const closed = pool.close({ timeoutMs: 10 });
  server.connection(1).death$.complete();
  server.connection(3).death$.error(new Error('died'));
  await elapse(110);
  await closed;
  expect(server.connections.map(({ closes }) => closes)).toEqual([1, 1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('the pool is empty in the state as soon as it is so in truth', async () => {
  const { pool } = await fakePool({ minSize: 4, maxSize: 4 }, { closeMs: 50 });
  const closed = pool.close();
  expect(pool.state).toMatchObject({ phase: 'draining', closing: 4, idle: 0 });
  await elapse(49);
  expect(pool.state.size).toBe(4);
  await elapse(1);
  await closed;
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
});
