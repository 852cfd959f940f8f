import { BehaviorSubject, NEVER, type Observable, Subject, Subscription, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeteredPools } from '../../lib/telemetry/metered-pool.ts';
import { type ExporterHooks, ExportedPools } from '../../lib/telemetry/exported-pools.ts';
import type { Pool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { outcomeOf } from '../support/outcome.ts';
import { pass, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const look: ExporterHooks = {
  recorders: { of: () => () => undefined },
  eventsOf: ({ events$ }) => events$,
  watch: (): Subscription => Subscription.EMPTY,
};

/** A family is what tells of its pools; those here are of fake connections. */
const familyOf = (pools$: Observable<Pool<unknown>>) => ({ name: 'family', pools$ }) as unknown as MeteredPools;

/** What is read of one count, by the names of the pools. */
function read(book: ExportedPools, name: string): Record<string, number> {
  const all = [...book.read().all()].filter(({ instrument }) => instrument.name.endsWith(`.${name}`));
  return Object.fromEntries(all.map(({ labels, value }): [string, number] => [String(labels.pool), value]));
}

const named = async (name: string) => (await fakePool({ name, minSize: 1, maxSize: 1 })).pool;

it('counts from the beginning of a pool, whenever it is told of', async () => {
  const { pool, server } = await fakePool({ minSize: 1, maxSize: 1 });
  server.behaviour.refusal = new Error('no');
  server.connection(1).death$.error(new Error('gone'));
  await pass(1000);
  server.behaviour.refusal = undefined;
  await pass(60_000);
  const lease = pool.tryCheckout();
  outcomeOf(pool.checkout({ timeoutMs: 10 }));
  await pass(20);
  lease?.checkin();
  const { timeouts, failedConnects, deaths } = pool.state;
  expect([timeouts, failedConnects > 0, deaths]).toEqual([1, true, 1]);
  const book = new ExportedPools();
  book.add(pool, { name: () => 'late' }, look);
  const counts = ['timeouts', 'failed_connects', 'deaths'].map((name) => read(book, name)['late']);
  expect(counts).toEqual([timeouts, failedConnects, deaths]);
});

describe('a pool of a family that was told of by itself', () => {
  it('is the family’s as soon as that is over, with all that it has counted', async () => {
    const pool = await named('alone');
    const book = new ExportedPools();
    const alone = book.add(pool, {}, look);
    book.add(familyOf(of(pool)), {}, look);
    pool.tryCheckout()?.checkin();
    expect(read(book, 'checkouts')).toEqual({ alone: 1 });
    alone.unsubscribe();
    expect(read(book, 'checkouts')).toEqual({ family: 1 });
    pool.tryCheckout()?.checkin();
    expect(read(book, 'checkouts')).toEqual({ family: 2 });
    expect(() => book.add(pool, {}, look)).toThrow('exported there already');
  });

  it('leaves its totals to the family where it was closed meanwhile', async () => {
    const pool = await named('alone');
    const book = new ExportedPools();
    const alone = book.add(pool, {}, look);
    book.add(familyOf(of(pool)), {}, look);
    pool.tryCheckout()?.checkin();
    await pool.close();
    alone.unsubscribe();
    expect([read(book, 'checkouts'), read(book, 'max')]).toEqual([{ family: 1 }, {}]);
  });

  it('is not taken up by a family that is told of no longer', async () => {
    const pool = await named('alone');
    const book = new ExportedPools();
    const alone = book.add(pool, {}, look);
    const family = book.add(familyOf(new BehaviorSubject(pool)), {}, look);
    family.unsubscribe();
    alone.unsubscribe();
    expect([read(book, 'checkouts'), book.isEmpty]).toEqual([{}, true]);
    book.add(pool, {}, look);
    expect(read(book, 'checkouts')).toEqual({ alone: 0 });
  });

  it('goes from one family to the next', async () => {
    const pool = await named('alone');
    const book = new ExportedPools();
    const alone = book.add(pool, {}, look);
    const families = ['first', 'second'].map((name) => book.add({ ...familyOf(of(pool)), name }, {}, look));
    alone.unsubscribe();
    expect(read(book, 'checkouts')).toEqual({ first: 0 });
    families[0]?.unsubscribe();
    expect(read(book, 'checkouts')).toEqual({ second: 0 });
  });
});

it('keeps the totals of the pools of a family that have been closed', async () => {
  const pools$ = new Subject<Pool<unknown>>();
  const book = new ExportedPools();
  book.add(familyOf(pools$), {}, look);
  for (const name of ['a', 'b']) {
    const pool = await named(name);
    pools$.next(pool);
    pool.tryCheckout()?.checkin();
    await pool.close();
  }
  expect(read(book, 'checkouts')).toEqual({ family: 2 });
});

it('tells of a family without pools', () => {
  const book = new ExportedPools();
  book.add(familyOf(NEVER), {}, look).unsubscribe();
  expect(book.isEmpty).toBe(true);
});
