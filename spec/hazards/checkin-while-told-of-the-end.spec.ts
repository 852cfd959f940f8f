import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I3 a checkin by an observer of the end of its connection comes too late', async () => {
  const { pool, server, log } = await fakePool({ minSize: 1 });
  const lease = given(pool.tryCheckout());
  listen(pool.events$, ({ type }) => {
    if (type === 'down') lease.checkin();
  });
  server.kill(lease.connection);
  expect(log.slice(-2)).toMatchObject([{ type: 'down' }, { type: 'invalidCheckin', reason: 'late' }]);
  expect(pool.state).toMatchObject({ checkins: 0, lost: 1, invalidCheckins: 1 });
});
