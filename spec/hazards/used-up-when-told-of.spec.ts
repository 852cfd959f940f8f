import { EMPTY } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newFakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I9 nothing is asked of a connection that an observer of its coming up has used up', async () => {
  const notices = vi.fn(() => EMPTY);
  const { pool, server } = newFakePool({ minSize: 1, maxSize: 1, maxUses: 1, notices });
  listen(pool.events$, (event) => {
    if (event.type === 'up' && event.connection === 1) pool.tryCheckout()?.checkin();
  });
  await settle();
  expect(server.connection(1).closes).toBe(1);
  expect(notices.mock.calls).toEqual([[server.connection(2)]]);
  await pool.close();
  expect(vi.getTimerCount()).toBe(0);
});
