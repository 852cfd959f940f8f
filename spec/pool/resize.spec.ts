import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const options = { minSize: 2, maxSize: 8 };

it('grows to a new floor', async () => {
  const { pool } = await fakePool(options);
  pool.resize(6);
  await settle();
  expect(pool.state).toMatchObject({ size: 6, idle: 6, floor: 6, minSize: 2 });
});

it('closes idle connections at once', async () => {
  const { pool, server } = await fakePool(options);
  pool.resize(6);
  await settle();
  pool.resize(3);
  await settle();
  expect(pool.state).toMatchObject({ size: 3, idle: 3, floor: 3 });
  expect(server.connections.map(({ closes }) => closes)).toEqual([0, 0, 0, 1, 1, 1]);
});

it('closes leased ones as they come back', async () => {
  const { pool } = await fakePool(options);
  pool.resize(4);
  await settle();
  const leases = [1, 2, 3, 4].map(() => given(pool.tryCheckout()));
  pool.resize(2);
  await settle();
  expect(pool.state).toMatchObject({ size: 4, active: 4 });
  leases[0]?.checkin();
  leases[1]?.checkin();
  expect(pool.state).toMatchObject({ size: 2, active: 2, surplus: 0 });
  leases[2]?.checkin();
  leases[3]?.checkin();
  await settle();
  expect(pool.state).toMatchObject({ size: 2, idle: 2 });
});

it('lets whoever waits have a surplus connection first', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 2 });
  const leases = [given(pool.tryCheckout())];
  pool.resize(2);
  await settle();
  leases.push(given(pool.tryCheckout()));
  const waiter = outcomeOf(pool.checkout());
  pool.resize(1);
  leases[0]?.checkin();
  expect(waiter.values).toBe(1);
  leases[1]?.checkin();
  expect(pool.state).toMatchObject({ size: 1, active: 1 });
  valueOf(waiter).checkin();
  expect(pool.state).toMatchObject({ size: 1, idle: 1 });
});

it('forgets a resize downwards when the next one goes up', async () => {
  const { pool } = await fakePool(options);
  const leases = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  pool.resize(8);
  await settle();
  pool.resize(2);
  pool.resize(8);
  await settle();
  for (const lease of leases) lease.checkin();
  await settle();
  expect(pool.state).toMatchObject({ size: 8, idle: 8, surplus: 0 });
});

it('gives up what is above the floor when it comes up late', async () => {
  const { pool } = await fakePool(options, { connectMs: 100 });
  pool.resize(6);
  await settle();
  pool.resize(2);
  await elapse(1000);
  expect(pool.state).toMatchObject({ size: 2, idle: 2, connecting: 0, surplus: 0 });
});

it('keeps to the floor though demand exceeds it for a while', async () => {
  const { pool } = await fakePool(options);
  pool.resize(3);
  await settle();
  const outcomes = Array.from({ length: 8 }, () => outcomeOf(pool.checkout()));
  await settle();
  expect(pool.state).toMatchObject({ size: 8, active: 8, floor: 3 });
  for (const outcome of outcomes) valueOf(outcome).checkin();
  expect(pool.state.idle).toBe(8);
});

it.each([1, 9, -1, 2.5, NaN, Infinity])('refuses a size of %s', async (size) => {
  const { pool } = await fakePool(options);
  expect(() => {
    pool.resize(size);
  }).toThrow(RangeError);
  expect(pool.state.floor).toBe(2);
});

it.each([2, 8])('takes a size of %s, at the bound', async (size) => {
  const { pool } = await fakePool(options);
  pool.resize(size);
  await settle();
  expect(pool.state.idle).toBe(size);
});

it('does nothing once the pool is closed', async () => {
  const { pool } = await fakePool(options);
  await pool.close();
  const { version } = pool.state;
  pool.resize(4);
  await settle();
  expect(pool.state).toMatchObject({ version, size: 0 });
});
