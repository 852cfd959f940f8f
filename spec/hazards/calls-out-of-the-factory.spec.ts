import { EMPTY, NEVER, Observable, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('I9 a connection is not leased once its close began', () => {
  it('out of close() itself', async () => {
    const taken: (FakeConnection | undefined)[] = [];
    const fake = newFakePool({
      minSize: 1,
      maxSize: 1,
      close: () => {
        taken.push(fake.pool.tryCheckout()?.connection);
        return EMPTY;
      },
    });
    await settle();
    fake.server.kill(fake.server.connection(1));
    await settle();
    given(fake.pool.tryCheckout()).destroy();
    expect(taken).toEqual([undefined, undefined]);
  });

  it('out of the abort listener of its connect', async () => {
    const taken: unknown[] = [];
    const pool: Pool<object> = createPool<object>({
      minSize: 1,
      connect: ({ signal }) => {
        signal.addEventListener('abort', () => taken.push(pool.tryCheckout()));
        return of({});
      },
    });
    await settle();
    given(pool.tryCheckout()).destroy();
    expect(taken).toEqual([undefined]);
  });
});

describe.each(['connecting', 'up', 'connectFailed', 'checkout', 'checkin', 'wait', 'removed', 'down'] as const)(
  'close() out of an observer of %s',
  (type) => {
    it('resolves, and nothing is left', async () => {
      const { pool, server } = newFakePool({ minSize: 2, maxSize: 2, connectTimeoutMs: 1000 });
      let closed: Promise<void> | undefined;
      listen(pool.events$, (event) => {
        if (event.type === type) closed ??= pool.close({ timeoutMs: 100 });
      });
      await settle();
      const outcomes = [1, 2, 3].map(() => outcomeOf(pool.checkout()));
      outcomes[0]?.value?.checkin();
      outcomes[1]?.value?.destroy();
      await settle();
      server.behaviour.refusal = new Error('refused');
      for (const connection of server.alive) server.kill(connection);
      await elapse(200);
      expect(closed).toBeDefined();
      await closed;
      expect(pool.state).toMatchObject({ phase: 'closed', size: 0, waiting: 0 });
      expect(server.connections.map(({ closes }) => closes)).toEqual(server.connections.map(() => 1));
      expect(vi.getTimerCount()).toBe(0);
    });
  },
);

it('a connection that brings itself down while it is being told of is leased to nobody', async () => {
  const { pool, server } = newFakePool({ minSize: 1, maxSize: 1 });
  const waiter = outcomeOf(pool.checkout());
  listen(pool.events$, (event) => {
    if (event.type === 'up' && event.connection === 1) server.kill(server.connection(1));
  });
  await elapse(10);
  expect(waiter.value?.connection.id).toBe(2);
  expect(pool.state).toMatchObject({ lost: 0, checkouts: 1 });
});

it('warming is not begun on a connection that was down from the start', async () => {
  const warm = vi.fn(() => EMPTY);
  const { pool } = await fakePool({ minSize: 1, down: () => of('dead'), warm });
  expect(warm).not.toHaveBeenCalled();
  await pool.close();
});

it('the stream of a connection is dropped after it is closed, not before', async () => {
  const order: string[] = [];
  const connect = () =>
    new Observable<object>((subscriber) => {
      subscriber.next({});
      return () => order.push('dropped');
    });
  const close = () => order.push('closed') as never;
  const pool = createPool({ connect, close, down: () => NEVER, minSize: 1 });
  await settle();
  await pool.close();
  expect(order).toEqual(['closed', 'dropped']);
});
