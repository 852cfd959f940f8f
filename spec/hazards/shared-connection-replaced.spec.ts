import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PoolOptions } from '../../lib/index.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

async function twoLeases(options: Partial<PoolOptions<FakeConnection>> = {}) {
  const { pool } = await fakePool({ minSize: 1, maxSize: 2, maxLeasesPerConnection: 2, ...options });
  return { pool, first: given(pool.tryCheckout()), second: given(pool.tryCheckout()) };
}

it('I6 a connection that one of its holders destroys is replaced while the other still has it', async () => {
  const { pool, first, second } = await twoLeases();
  const revocations = collect(second.revoked$);
  first.destroy('broken');
  expect(revocations).toEqual([{ reason: 'retiring', cause: 'broken' }]);
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, closing: 1 });
  second.checkin();
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, size: 1 });
});

it('I6 and so is one that has been used up', async () => {
  const { pool, first, second } = await twoLeases({ maxUses: 2 });
  first.checkin();
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, closing: 1 });
  second.checkin();
  await settle();
  expect(pool.state).toMatchObject({ idle: 1, size: 1 });
});
