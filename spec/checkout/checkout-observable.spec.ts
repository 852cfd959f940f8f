import { Observable, Subscriber, firstValueFrom, from, isObservable, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { outcomeOf, valueOf } from '../support/outcome.ts';
import { quietBusyPool, quietPool } from '../support/quiet-pool.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

describe('a checkout as an observable', () => {
  it('is one of RxJS, and cold', async () => {
    const pool = await quietPool();
    const checkout$ = pool.checkout();
    expect(checkout$).toBeInstanceOf(Observable);
    expect(isObservable(checkout$)).toBe(true);
    expect(from(checkout$)).toBe(checkout$);
    expect(pool.state).toMatchObject({ checkouts: 0, waiting: 0 });
  });

  it('is the same object each time where nothing is asked for, and serves all its subscribers', async () => {
    const pool = await quietPool();
    expect(pool.checkout()).toBe(pool.checkout());
    expect(pool.checkout({ priority: 1 })).not.toBe(pool.checkout({ priority: 1 }));
    const [first, second] = [outcomeOf(pool.checkout()), outcomeOf(pool.checkout())];
    valueOf(first).checkin();
    expect(second).toMatchObject({ values: 1, completions: 1 });
  });

  it('may be subscribed to again and again with the same options', async () => {
    const pool = await quietPool();
    const checkout$ = pool.checkout({ key: 'a' });
    for (let i = 0; i < 3; i++) valueOf(outcomeOf(checkout$)).checkin();
    expect(pool.state).toMatchObject({ checkouts: 3, checkins: 3 });
  });

  it('works with operators, promises and forEach', async () => {
    const pool = await quietPool();
    (await firstValueFrom(pool.checkout())).checkin();
    valueOf(outcomeOf(pool.checkout().pipe(take(1)))).checkin();
    await pool.checkout().forEach((lease) => lease.checkin());
    expect(pool.state).toMatchObject({ checkouts: 3, checkins: 3, idle: 1 });
  });

  it('passes its lease through a subscriber that somebody else has made', async () => {
    const { pool, lease } = await quietBusyPool();
    const passed$ = new Observable<Lease<FakeConnection>>((subscriber) => {
      expect(subscriber).toBeInstanceOf(Subscriber);
      return pool.checkout().subscribe(subscriber);
    });
    const outcome = outcomeOf(passed$);
    lease.checkin();
    expect(outcome).toMatchObject({ values: 1, completions: 1 });
  });

  it('returns the very subscriber that it was given', async () => {
    const { pool } = await quietBusyPool();
    const seen: boolean[] = [];
    new Observable<Lease<FakeConnection>>((subscriber) => {
      seen.push(pool.checkout().subscribe(subscriber) === subscriber);
    }).subscribe();
    expect(seen).toEqual([true]);
  });
});

describe('who does not listen', () => {
  it('gets a lease all the same, which nobody can give back', async () => {
    const pool = await quietPool();
    expect(pool.checkout().subscribe().closed).toBe(true);
    expect(pool.state).toMatchObject({ active: 1, checkouts: 1, checkins: 0 });
  });

  it('has an error reported, in a task of its own', async () => {
    const pool = await quietPool();
    await pool.close();
    pool.checkout().subscribe();
    expect(reported).toEqual([]);
    await elapse(1);
    expect(reported.map(String)).toEqual(['PoolError: pool: the pool is closed']);
  });

  it('has what its next throws reported, and the next one in the queue is served', async () => {
    const { pool, lease } = await quietBusyPool();
    pool.checkout().subscribe(() => {
      throw new Deliberate();
    });
    const second = outcomeOf(pool.checkout());
    lease.checkin();
    expect([second.values, pool.state.waiting]).toEqual([0, 1]);
    await elapse(1);
    expect(reported).toEqual([new Deliberate()]);
    expect(pool.state).toMatchObject({ active: 1, checkouts: 2 });
  });
});
