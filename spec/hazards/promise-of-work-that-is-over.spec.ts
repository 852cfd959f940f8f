import { Subject, Subscription } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { rest, resumeTime, stopTime } from '../support/virtual-time.ts';

const unhandled = vi.fn();

beforeEach(() => {
  stopTime();
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
});
afterEach(() => {
  process.off('unhandledRejection', unhandled);
  resumeTime();
});

const one = { minSize: 1, maxSize: 1 };

it('I16 a promise of work that killed its connection may reject', async () => {
  const { pool, server } = await fakePool(one);
  const used = pool.use(async (connection) => {
    server.kill(connection);
    await Promise.resolve();
    throw new Error('too late');
  });
  await expect(used).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
  await rest();
  expect(unhandled).not.toHaveBeenCalled();
});

it('I16 a promise of work that aborted itself may reject', async () => {
  const { pool } = await fakePool(one);
  const lease = given(pool.tryCheckout());
  const abort = new AbortController();
  const work = () => {
    abort.abort('enough');
    return Promise.reject(new Error('too late'));
  };
  const used = pool.use(work, { signal: abort.signal });
  lease.checkin();
  await expect(used).rejects.toBe('enough');
  await rest();
  expect(unhandled).not.toHaveBeenCalled();
});

it.each([false, true])(
  'work whose subscriber left while it was asked for does not begin, waited: %s',
  async (waits) => {
    const { pool } = await fakePool(one);
    const lease = waits ? given(pool.tryCheckout()) : undefined;
    const requests$ = new Subject<string>();
    const subscription = new Subscription();
    let begun = false;
    const project = () => {
      subscription.unsubscribe();
      return (function* () {
        begun = true;
        yield 1;
      })();
    };
    subscription.add(requests$.pipe(withConnection(pool, project)).subscribe());
    requests$.next('request');
    lease?.checkin();
    expect(begun).toBe(false);
    expect(pool.state).toMatchObject({ idle: 1, active: 0 });
  },
);
