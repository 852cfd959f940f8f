import { type Observable, Subscription, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect, listen } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe.each(['events$', 'state$'] as const)('an observer of %s', (name) => {
  const stream = (pool: Pool<unknown>): Observable<{ version: number }> => pool[name];

  it('may leave in its callback, and the others miss nothing', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    const before = collect(stream(pool));
    const leaving = collect(stream(pool).pipe(take(1)));
    const after = collect(stream(pool));
    given(pool.tryCheckout()).checkin();
    expect(leaving).toHaveLength(1);
    expect(after).toEqual(before);
    expect(after.at(-1)?.version).toBe(pool.state.version);
  });

  it('may make another one leave, or come', async () => {
    const { pool } = await fakePool({ minSize: 1 });
    const others = new Subscription();
    const late: number[] = [];
    let told = 0;
    listen(stream(pool), () => {
      others.unsubscribe();
      if (told++ === 0) listen(stream(pool), ({ version }) => late.push(version));
    });
    others.add(listen(stream(pool), () => undefined));
    given(pool.tryCheckout()).checkin();
    expect(late.at(-1)).toBe(pool.state.version);
    expect(late).toEqual([...late].sort((a, b) => a - b));
    expect(new Set(late).size).toBe(late.length);
  });

  it('that comes in a callback in the midst of further events begins with the present state', async () => {
    const { pool } = await fakePool({ minSize: 2 });
    const late: number[] = [];
    listen(pool.events$.pipe(take(1)), () => {
      given(pool.tryCheckout()).checkin();
      const { version } = pool.state;
      listen(pool.state$, (state) => late.push(state.version));
      expect(late).toEqual([version]);
    });
    given(pool.tryCheckout()).checkin();
    expect(late).toEqual([...late].sort((a, b) => a - b));
    expect(late.at(-1)).toBe(pool.state.version);
  });
});

it('the last one that leaves costs no event to who comes back', async () => {
  const { pool } = await fakePool({ minSize: 1 });
  const first = listen(pool.state$, () => undefined);
  first.unsubscribe();
  given(pool.tryCheckout()).checkin();
  expect(collect(pool.state$).map(({ version }) => version)).toEqual([pool.state.version]);
});
