import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf, valueOf } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };

it('I3 a second checkin does not hand the connection of one holder to another', async () => {
  const { pool } = await fakePool(one);
  const first = given(pool.tryCheckout());
  const [second, third] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
  first.checkin();
  first.checkin();
  first.checkin();
  expect([second.values, third.values]).toEqual([1, 0]);
  expect(pool.state).toMatchObject({ active: 1, waiting: 1, invalidCheckins: 2 });
  valueOf(second).checkin();
  expect(third.values).toBe(1);
});

it('I3 nor does one out of the callback that tells of the first', async () => {
  const { pool } = await fakePool(one);
  const first = given(pool.tryCheckout());
  const second = outcomeOf(pool.checkout());
  const third = outcomeOf(pool.checkout());
  listen(pool.events$, ({ type }) => {
    if (type === 'checkin') first.checkin();
  });
  listen(first.revoked$, () => {
    first.checkin();
  });
  first.checkin();
  expect([second.values, third.values]).toEqual([1, 0]);
  expect(pool.state).toMatchObject({ active: 1, checkins: 1, invalidCheckins: 1 });
});

it('I3 nor when the lease ends in its own completion', async () => {
  const { pool } = await fakePool(one);
  const first = given(pool.tryCheckout());
  first.revoked$.subscribe({
    complete: () => {
      first.checkin();
      first.destroy();
    },
  });
  first.checkin();
  expect(pool.state).toMatchObject({ idle: 1, checkins: 1, destroyed: 0, invalidCheckins: 2 });
});

it('I3 nor does a checkin after a destroy, nor the other way round', async () => {
  const { pool } = await fakePool({ minSize: 2, maxSize: 2 });
  const [first, second] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  first.destroy();
  first.checkin();
  second.checkin();
  second.destroy();
  expect(pool.state).toMatchObject({ checkins: 1, destroyed: 1, invalidCheckins: 2, active: 0 });
});

it('I3 with shared connections a second checkin frees no other share', async () => {
  const { pool } = await fakePool({ ...one, maxLeasesPerConnection: 2 });
  const [first] = [given(pool.tryCheckout()), given(pool.tryCheckout())];
  first.checkin();
  first.checkin();
  given(pool.tryCheckout());
  expect(pool.tryCheckout()).toBeUndefined();
  expect([...pool.state.connections][0]?.leases).toBe(2);
});
