import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const refusal = new Error('connection refused');

function watched(ready: Promise<void>): { state: 'pending' | 'resolved' | 'rejected' } {
  const watch: ReturnType<typeof watched> = { state: 'pending' };
  ready.then(
    () => (watch.state = 'resolved'),
    () => (watch.state = 'rejected'),
  );
  return watch;
}

it('resolves when the floor is up, no sooner', async () => {
  const { pool } = newFakePool({ minSize: 6, maxConnecting: 2 }, { connectMs: 100 });
  const ready = watched(pool.ready());
  await elapse(299);
  expect(ready.state).toBe('pending');
  await elapse(1);
  expect(ready.state).toBe('resolved');
  await expect(pool.ready()).resolves.toBeUndefined();
});

it('resolves at once when there is nothing to open', async () => {
  await expect(newFakePool({ minSize: 0 }).pool.ready()).resolves.toBeUndefined();
});

it('rejects with the cause when the first connects fail and nothing is up', async () => {
  const { pool } = newFakePool({ minSize: 3 }, { refusal, connectMs: 100 });
  const ready = watched(pool.ready());
  await elapse(99);
  expect(ready.state).toBe('pending');
  const rejected = expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED', cause: refusal });
  await elapse(1);
  await rejected;
});

it('goes on waiting while something is up', async () => {
  const { pool, server } = await fakePool({ minSize: 2, maxConnecting: 1 });
  server.behaviour.refusal = refusal;
  server.kill(server.connection(2));
  await settle();
  const ready = watched(pool.ready());
  await elapse(5000);
  expect(ready.state).toBe('pending');
  server.behaviour.refusal = undefined;
  await elapse(30_000);
  expect(ready.state).toBe('resolved');
});

it('can be asked again after a rejection', async () => {
  const { pool, server } = await fakePool({ minSize: 2 }, { refusal });
  await expect(pool.ready()).rejects.toThrow('connection refused');
  server.behaviour.refusal = undefined;
  await elapse(1000);
  await expect(pool.ready()).resolves.toBeUndefined();
});

it('I16 is never an unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const { pool } = await fakePool({ minSize: 2 }, { refusal });
  void pool.ready();
  await pool.close();
  void pool.ready();
  resumeTime();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
