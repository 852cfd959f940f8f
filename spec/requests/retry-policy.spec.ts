import { EMPTY, NEVER, Observable, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/requests/with-connection.ts';
import type { Followed, Lease, RetryPolicy } from '../../lib/index.ts';
import { failingWith } from '../support/failing.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { listen } from '../support/listen.ts';
import { outcomeOf } from '../support/outcome.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const no = new Error('no');
const poolOf = async (size: number) => await fakePool({ minSize: size, maxSize: size, healthCheckIntervalMs: 0 });

/** A policy that retries once, and everything that it is told. */
function policy(more: Partial<Followed<number>> = {}): { told: unknown[]; retry: RetryPolicy<number> } {
  const told: unknown[] = [];
  const follow = (request: number): Followed<number> => {
    told.push(['follow', request]);
    return {
      begun: () => void told.push(['begun']),
      failed: (_, { attempt }) => attempt === 1,
      ended: (status, outcome) => void told.push([status, outcome]),
      ...more,
    };
  };
  return { told, retry: { follow } };
}

describe('a policy is told', () => {
  it('that a request begins and each of its attempts, and once that it was answered, with the last value', async () => {
    const { pool } = await poolOf(1);
    const { told, retry } = policy();
    const work = failingWith(no)(1).project;
    expect(outcomeOf(of(7).pipe(withConnection(pool, work, { retry })))).toMatchObject({ value: 7, completions: 1 });
    expect(told).toEqual([['follow', 7], ['begun'], ['begun'], ['answered', 7]]);
  });

  it('that it failed, with what it fails with', async () => {
    const { pool } = await poolOf(1);
    const { told, retry } = policy();
    outcomeOf(of(7).pipe(withConnection(pool, failingWith(no)(2).project, { retry })));
    expect(told).toEqual([['follow', 7], ['begun'], ['begun'], ['failed', no]]);
  });

  it('that nobody wants it any more, once, whatever is told after that', async () => {
    const { pool } = await poolOf(1);
    const { told, retry } = policy();
    let late: (() => void) | undefined;
    const endless = (): Observable<never> =>
      new Observable((subscriber) => {
        late = () => {
          subscriber.complete();
        };
      });
    const subscription = listen(of(7).pipe(withConnection(pool, endless, { retry })), () => undefined);
    subscription.unsubscribe();
    subscription.unsubscribe();
    late?.();
    expect(told).toEqual([['follow', 7], ['begun'], ['cancelled', undefined]]);
    expect(pool.state).toMatchObject({ active: 0, checkins: 1 });
  });

  it('that it was cancelled while it waited, without an attempt', async () => {
    const { pool } = await poolOf(1);
    const { told, retry } = policy();
    const lease = pool.tryCheckout();
    const subscription = listen(of(7).pipe(withConnection(pool, () => NEVER, { retry })), () => undefined);
    subscription.unsubscribe();
    lease?.checkin();
    expect(told).toEqual([
      ['follow', 7],
      ['cancelled', undefined],
    ]);
    expect(pool.state).toMatchObject({ waiting: 0, active: 0 });
  });
});

describe('a policy that throws', () => {
  const reported = reportedErrors();

  it('at the end changes nothing, and is reported', async () => {
    const { pool } = await poolOf(1);
    const { retry } = policy({
      ended: () => {
        throw no;
      },
    });
    expect(outcomeOf(of(7).pipe(withConnection(pool, () => EMPTY, { retry })))).toMatchObject({ completions: 1 });
    await elapse(1);
    expect(reported).toEqual([no]);
  });
});

describe('within', () => {
  it('has each attempt begin where the policy calls for it', async () => {
    const { pool } = await poolOf(1);
    const stages: string[] = [];
    const { retry } = policy({
      within: (begin) => {
        stages.push('in');
        begin();
        stages.push('out');
      },
    });
    const { project } = failingWith(no)(1);
    const work: typeof project = (connection, request) => {
      stages.push('work');
      return project(connection, request);
    };
    outcomeOf(of(7).pipe(withConnection(pool, work, { retry })));
    expect(stages).toEqual(['in', 'work', 'out', 'in', 'work', 'out']);
  });

  it('fails a request whose pool throws', async () => {
    const { pool } = await poolOf(1);
    const { told, retry } = policy({
      within: (begin) => {
        begin();
      },
    });
    const throwing = (): never => {
      throw no;
    };
    const lease$ = Object.assign(new Observable<Lease<FakeConnection>>(), { subscribe: throwing });
    const foreign = { state: pool.state, checkout: () => lease$ };
    const outcome = outcomeOf(of(7).pipe(withConnection(foreign, () => EMPTY, { retry })));
    expect(outcome).toMatchObject({ error: no, errors: 1 });
    expect(told).toEqual([
      ['follow', 7],
      ['failed', no],
    ]);
  });
});
