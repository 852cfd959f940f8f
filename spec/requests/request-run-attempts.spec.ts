import { NEVER, Observable, Subject, from, of } from 'rxjs';
import { expect, it } from 'vitest';
import type { Lease } from '../../lib/checkout/lease.ts';
import { RequestRun } from '../../lib/requests/request-run.ts';
import { policyOf } from '../../lib/requests/retry.ts';
import { held } from '../support/held-lease.ts';
import { given } from '../support/outcome.ts';
import { settle } from '../support/virtual-time.ts';

/** A run that is retried twice, on leases that are handed out by hand, and all that its job is told. */
function retried(work: (attempt: number, lease: Lease<string>) => unknown) {
  const told: unknown[] = [];
  const leases$ = new Subject<Lease<string>>();
  let asked = 0;
  const lease$ = new Observable<Lease<string>>((subscriber) => {
    told.push('asks');
    return leases$.subscribe(subscriber);
  });
  const job = {
    closed: false,
    work: (_: string, __: string, lease: Lease<string>) => work(++asked, lease) as never,
    next: (value: unknown) => void told.push(value),
    error: (reason: unknown) => void told.push(reason),
    complete: () => void told.push('complete'),
  };
  const run = new RequestRun(
    job,
    'a request',
    policyOf<string>((_, { attempt }) => attempt < 3),
  );
  run.begin(lease$);
  return { told, run, lend: (lease: Lease<string>) => leases$.next(lease), lease$ };
}

it('does not begin an attempt while the work of the one before is still being asked for', () => {
  const first = held();
  const { told, lend } = retried((attempt, lease) => {
    told.push(`work ${attempt}`);
    if (attempt === 1) {
      first.lease.revoke({ reason: 'down' });
      told.push('returns');
      return Promise.reject(new Error('too late'));
    }
    lease.checkin();
    return of('value');
  });
  lend(first.lease);
  expect([told, first.ended]).toEqual([['asks', 'work 1', 'returns', 'asks'], ['outlived']]);
  lend(held().lease);
  expect(told.slice(4)).toEqual(['work 2', 'value', 'complete']);
});

it('hears nothing of the promise of an attempt that was lost, while another is under way', async () => {
  const settlers: ((value: string) => void)[] = [];
  const [first, second] = [held(), held()];
  const { told, lend } = retried(() => new Promise((resolve) => settlers.push(resolve)));
  lend(first.lease);
  first.lease.revoke({ reason: 'down' });
  lend(second.lease);
  given(settlers[0])('of the first');
  await settle();
  expect([told, second.ended]).toEqual([['asks', 'asks'], []]);
  given(settlers[1])('of the second');
  await settle();
  expect([told.slice(2), second.ended]).toEqual([['of the second', 'complete'], ['checkin']]);
});

it('hears nothing of the lease of an attempt that failed, while another is under way', () => {
  const [first, second] = [held(), held()];
  const works$ = [new Subject<never>(), new Subject<string>()];
  const { told, lend } = retried((attempt) => works$[attempt - 1]);
  lend(first.lease);
  given(works$[0]).error(new Error('no'));
  lend(second.lease);
  first.lease.revoke({ reason: 'down' });
  expect([told, second.ended]).toEqual([['asks', 'asks'], []]);
  second.lease.revoke({ reason: 'down' });
  expect(told).toEqual(['asks', 'asks', 'asks']);
});

it('keeps the place of whoever watches what an attempt has left behind', () => {
  const first = held();
  const watcher = { revoked: () => undefined };
  const { lend } = retried(() => {
    first.lease.destroy();
    first.lease.holder = watcher;
    return new Observable((subscriber) => {
      subscriber.error(new Error('no'));
    });
  });
  lend(first.lease);
  expect(first.lease.holder).toBe(watcher);
});

it('reads an async iterable no further once its attempt is over, nor ends one that has ended', async () => {
  const seen: string[] = [];
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        seen.push('next');
        return Promise.resolve({ done: true as const, value: undefined });
      },
      return: () => {
        seen.push('return');
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
  const { told, lend } = retried(() => iterable);
  lend(held().lease);
  await settle();
  expect([told, seen]).toEqual([['asks', 'complete'], ['next']]);
});

it('gives a lease back that comes when there is one already, whatever pool it is of', () => {
  const [first, second] = [held(), held()];
  const job = {
    closed: false,
    work: () => NEVER,
    next: () => undefined,
    error: () => undefined,
    complete: () => undefined,
  };
  const run = new RequestRun(job, 'a request');
  run.begin(from<Lease<string>[]>([first.lease, second.lease]));
  expect([first.ended, second.ended]).toEqual([[], ['checkin']]);
  run.unsubscribe();
  run.unsubscribe();
  expect([first.ended, run.closed]).toEqual([['checkin'], true]);
});

it('is over when the lease of somebody else is lost, or nobody can say whether it is', () => {
  for (const tell of [
    (revoked$: Subject<{ reason: 'down' }>) => {
      revoked$.next({ reason: 'down' });
    },
    (revoked$: Subject<{ reason: 'down' }>) => {
      revoked$.error(new Error('no'));
    },
  ]) {
    const revoked$ = new Subject<{ reason: 'down' }>();
    let disposed = 0;
    const dispose = (): void => {
      disposed++;
    };
    const lease = { connection: 'foreign', revoked$, checkin: dispose, [Symbol.dispose]: dispose };
    const errors: unknown[] = [];
    const error = (reason: unknown): void => void errors.push(reason);
    const job = { closed: false, work: () => NEVER, next: () => undefined, error, complete: () => undefined };
    new RequestRun(job, 'a request').begin(of(lease as unknown as Lease<string>));
    tell(revoked$);
    expect([errors.length, disposed, revoked$.observed]).toEqual([1, 1, false]);
  }
});
