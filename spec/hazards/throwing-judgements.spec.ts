import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const judge = () => {
  throw new Error('cannot tell');
};

it('I16 a failed connect is tried again though isPermanent throws', async () => {
  const { pool, server } = await fakePool({ minSize: 1, isPermanent: judge }, { refusal: new Error('refused') });
  server.behaviour.refusal = undefined;
  await elapse(100);
  expect(pool.state).toMatchObject({ idle: 1, circuit: 'closed' });
});

it('I16 a lease comes back though isTimeout throws', async () => {
  const { pool } = await fakePool({ minSize: 1, isTimeout: judge });
  const failure = new Error('no');
  await expect(pool.use(() => Promise.reject(failure))).rejects.toBe(failure);
  expect(pool.state).toMatchObject({ idle: 1, unhealthy: 0, checkins: 1 });
});
