import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { errorOf } from '../support/error-of.ts';
import { fakeFamily } from '../support/fake-family.ts';
import { codeOf, given, outcomeOf } from '../support/outcome.ts';
import { listen } from '../support/listen.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('whoever asks for a pool in the very callback that tells of its closing gets a new one', async () => {
  const { family, pools } = fakeFamily({ idleTimeoutMs: 100 });
  const first = family.for('a');
  const answers: string[] = [];
  listen(first.state$, ({ phase }) => {
    if (phase !== 'draining' || answers.length > 0) return;
    answers.push(family.for('a').name);
    family
      .for('a')
      .use(() => 'answered')
      .then(
        (answer) => answers.push(answer),
        (error: unknown) => answers.push(String(error)),
      );
  });
  await elapse(100);
  expect(answers).toEqual(['pools-2', 'answered']);
  expect(pools.map(({ state }) => state.phase)).toEqual(['closed', 'open']);
  await family.close();
});

it('whoever asks while the connections of a pool are still being closed gets a new one', async () => {
  const { family, pools, servers } = fakeFamily({ idleTimeoutMs: 1000 });
  family.for('a');
  await settle();
  given(servers[0]).behaviour.closeMs = 500;
  await elapse(1100);
  expect(pools[0]?.state.phase).toBe('draining');
  expect(family.for('a')).toBe(pools[1]);
  await elapse(500);
  // The end of the old one takes nothing from the new one.
  expect(pools[0]?.state.phase).toBe('closed');
  expect(family.for('a')).toBe(pools[1]);
  await family.close();
});

it('whoever asks after a pool was closed by somebody who had it gets a new one', async () => {
  const { family, pools } = fakeFamily();
  const closed = family.for('a').close();
  expect(family.for('a')).toBe(pools[1]);
  await closed;
  expect(family.for('a')).toBe(pools[1]);
  await family.close();
});

it('a lease that comes when a pool is about to be closed for being idle keeps it open', async () => {
  const { family, pools } = fakeFamily({ idleTimeoutMs: 100 });
  const pool = family.for('a');
  let lease: ReturnType<typeof pool.tryCheckout>;
  // Armed first, so it fires in the same millisecond as the family's own timer and before that.
  setTimeout(() => (lease = pool.tryCheckout()), 99);
  await elapse(100);
  expect(lease).toBeDefined();
  expect(pools[0]?.state).toMatchObject({ phase: 'open', active: 1 });
  lease?.checkin();
  await family.close();
});

it('a pool that was closed to make room is told so when the new one stands in its place', async () => {
  const { family, pools } = fakeFamily({ maxPools: 1 });
  const first = family.for('a');
  await settle();
  const seen: string[] = [];
  listen(first.state$, ({ phase }) => {
    if (phase === 'draining' && seen.length === 0) seen.push(family.for('b').name);
  });
  const second = family.for('b');
  expect(second.state.phase).toBe('open');
  await settle();
  expect(seen).toEqual(['pools-2']);
  expect(pools).toHaveLength(2);
  await family.close();
});

it('nobody is handed a pool that is about to be closed with all others', async () => {
  const { family } = fakeFamily();
  const errors: unknown[] = [];
  for (const principal of ['a', 'b']) {
    listen(family.for(principal).state$, ({ phase }) => {
      if (phase !== 'draining') return;
      for (const other of ['a', 'b']) errors.push(codeOf(errorOf(() => family.for(other))));
      void family.close();
    });
  }
  await settle();
  await family.close();
  expect(new Set(errors)).toEqual(new Set(['POOL_CLOSED']));
  expect(errors.length).toBeGreaterThanOrEqual(4);
});

it('who waits for a connection when all is closed is refused, and told that the pool is closed', async () => {
  const { family } = fakeFamily({}, { minSize: 0, maxSize: 1 });
  const lease = await firstValueFrom(family.for('a').checkout());
  const waiter = outcomeOf(family.for('a').checkout());
  const closed = family.close();
  expect(codeOf(waiter.error)).toBe('POOL_CLOSED');
  lease.checkin();
  await closed;
});
