import { NEVER, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I12 close() out of isPermanent leaves no timer', async () => {
  const own: { pool?: Pool<string> } = {};
  const closing: Promise<void>[] = [];
  own.pool = createPool<string>({
    connect: () => throwError(() => new Error('no')),
    isPermanent: () => {
      if (own.pool !== undefined) closing.push(own.pool.close());
      return true;
    },
    minSize: 1,
    maxSize: 1,
  });
  await settle();
  await Promise.all(closing);
  expect([closing.length > 0, vi.getTimerCount()]).toEqual([true, 0]);
});

it('I10 close() out of a connect that then returns a promise waits for what that brings', async () => {
  const told: string[] = [];
  const own: { pool?: Pool<string> } = {};
  own.pool = createPool<string>({
    connect: async () => {
      void own.pool?.close().then(() => told.push('resolved'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return 'connection';
    },
    close: (connection) => void told.push(`closed ${connection}`),
    minSize: 1,
    maxSize: 1,
  });
  await elapse(200);
  expect(told).toEqual(['closed connection', 'resolved']);
});

it('I12 close() out of a connect that then returns an observable resolves, and gives that up', async () => {
  const own: { pool?: Pool<string> } = {};
  const resolved = vi.fn();
  const connect = () => {
    void own.pool?.close().then(resolved);
    return NEVER;
  };
  own.pool = createPool<string>({ connect, minSize: 1, maxSize: 1 });
  await settle();
  expect(resolved).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it('a second close() may give leases less time, and not more', async () => {
  const { pool } = await fakePool({ minSize: 1 });
  given(pool.tryCheckout());
  const closed = pool.close({ timeoutMs: Infinity });
  void pool.close({ timeoutMs: 50 });
  void pool.close({ timeoutMs: 5000 });
  await elapse(50);
  await closed;
  expect(vi.getTimerCount()).toBe(0);
});
