import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('does not abort the signal of a lease that is checked in, but that of one whose connection is lost', async () => {
  const { pool, server } = await fakePool({ minSize: 2, maxSize: 2 });
  const [kept, lost] = [await firstValueFrom(pool.checkout()), await firstValueFrom(pool.checkout())];
  const { signal } = kept;
  kept.checkin();
  server.kill(lost.connection);
  expect([signal.aborted, lost.signal.aborted]).toEqual([false, true]);
});
