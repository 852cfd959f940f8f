import { NEVER, Observable, Subject, finalize, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { collect } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

const one = { minSize: 1, maxSize: 1 };
const three = { minSize: 3, maxSize: 3 };
const fail = () => {
  throw new Error('teardown');
};

/** Emits and completes at once, so that its teardown runs where it is subscribed to. */
const synchronous = () =>
  new Observable<string>((subscriber) => {
    subscriber.next('a');
    subscriber.complete();
    return fail;
  });
const never = () => NEVER.pipe(finalize(fail));

describe('I16 a teardown that throws is reported, and the others go on', () => {
  it('who wait behind synchronous work', async () => {
    const { pool } = await fakePool(one);
    const lease = given(pool.tryCheckout());
    const used = [synchronous, () => of('b'), () => of('c')].map((work) => pool.use<string>(work));
    lease.checkin();
    expect(await Promise.all(used)).toEqual(['a', 'b', 'c']);
    expect(pool.state).toMatchObject({ idle: 1, active: 0, waiting: 0 });
    await elapse(1);
    expect(reported).toHaveLength(1);
  });

  it('who wait behind a checkout', async () => {
    const { pool } = await fakePool({ ...one, checkoutTimeoutMs: 50 });
    const lease = given(pool.tryCheckout());
    pool
      .checkout()
      .pipe(finalize(fail))
      .subscribe((own) => {
        own.checkin();
      });
    const used = pool.use(() => of('b'));
    lease.checkin();
    expect(await used).toBe('b');
    const held = given(pool.tryCheckout());
    pool
      .checkout()
      .pipe(finalize(fail))
      .subscribe({ error: () => undefined });
    const second = outcomeOf(pool.checkout());
    await elapse(51);
    expect(second.errors).toBe(1);
    held.checkin();
    expect(pool.state).toMatchObject({ idle: 1, active: 0, waiting: 0 });
    expect(reported).toHaveLength(2);
  });

  it('whom the same source answers', async () => {
    const { pool } = await fakePool(three);
    const source$ = new Subject<string>();
    const used = [pool.use(() => source$.pipe(finalize(fail))), pool.use(() => source$), pool.use(() => source$)];
    source$.next('a');
    source$.complete();
    expect(await Promise.all(used)).toEqual(['a', 'a', 'a']);
    await elapse(1);
    expect(reported).toHaveLength(1);
  });

  it('who listen to the same requests', async () => {
    const { pool } = await fakePool(three);
    const requests$ = new Subject<number>();
    const checkout = (request: number) => (request === 2 ? fail() : {});
    const outcome = outcomeOf(requests$.pipe(withConnection(pool, never, { checkout })));
    const others = collect(requests$);
    requests$.next(1);
    requests$.next(2);
    expect(outcome.errors).toBe(1);
    expect(others).toEqual([1, 2]);
    await elapse(1);
    expect(reported).toHaveLength(1);
    expect(pool.state.idle).toBe(3);
  });

  it('who share a signal', async () => {
    const { pool } = await fakePool(three);
    const { signal, abort } = controller();
    const used = [pool.use(never, { signal }), pool.use(() => NEVER, { signal })];
    abort();
    expect(await Promise.allSettled(used)).toEqual(used.map(() => ({ status: 'rejected', reason: 'enough' })));
    expect(pool.state.idle).toBe(3);
    await elapse(1);
    expect(reported).toHaveLength(1);
  });

  it('who watch the leases of the same connection, and the lease is over', async () => {
    const { pool, server } = await fakePool({ ...one, maxLeasesPerConnection: 3 });
    const leases = [0, 1, 2].map(() => given(pool.tryCheckout()));
    const outcomes = leases.map(({ revoked$ }) => outcomeOf(revoked$));
    leases[1]?.revoked$.pipe(finalize(fail)).subscribe();
    server.kill(given(leases[0]).connection);
    await settle();
    expect(outcomes.map(({ values, completions }) => [values, completions])).toEqual([[1, 1], [1, 1], [1, 1]]); // prettier-ignore
    const next = given(pool.tryCheckout());
    next.revoked$.pipe(finalize(fail)).subscribe();
    next.checkin();
    expect(pool.state).toMatchObject({ idle: 1, active: 0 });
    await elapse(1);
    expect(reported).toHaveLength(2);
  });

  it.each(['events$', 'state$', 'metrics$'] as const)('who close the pool, of %s', async (stream) => {
    const { pool } = await fakePool(one);
    (pool[stream] as Observable<unknown>).pipe(finalize(fail)).subscribe();
    await pool.close();
    expect(pool.state.phase).toBe('closed');
  });
});

function controller(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const abort = new AbortController();
  return {
    signal: abort.signal,
    abort: () => {
      abort.abort('enough');
    },
  };
}
