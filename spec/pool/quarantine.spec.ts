import { NEVER, Subject, of, throwError, timer } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { reportedErrors } from '../support/reported.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

const reported = reportedErrors();

beforeEach(stopTime);
afterEach(resumeTime);

describe('a connection in quarantine', () => {
  it('serves nobody before the quarantine is over', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, quarantine: () => timer(100) });
    given(pool.tryCheckout()).checkin();
    const outcome = outcomeOf(pool.checkout());
    await elapse(99);
    expect([outcome.values, pool.state.active, pool.state.checkins]).toEqual([0, 1, 0]);
    await elapse(1);
    expect([outcome.values, pool.state.checkins]).toEqual([1, 1]);
  });

  it('is asked for at each checkin, and most need none', async () => {
    const quarantine = vi.fn(() => undefined);
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, quarantine });
    given(pool.tryCheckout()).checkin();
    given(pool.tryCheckout()).checkin();
    expect(quarantine.mock.calls).toEqual([[server.connection(1)], [server.connection(1)]]);
    expect(pool.state.checkins).toBe(2);
  });

  it('is free in the same tick when it was over at once', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, quarantine: () => of('over', 'and again') });
    given(pool.tryCheckout()).checkin();
    expect(pool.tryCheckout()).toBeDefined();
    expect(pool.state).toMatchObject({ checkins: 1, invalidCheckins: 0 });
  });

  it('is replaced when the quarantine fails', async () => {
    const spoilt = throwError(() => new Error('it never answered'));
    const { pool, log } = await fakePool({ minSize: 1, maxSize: 1, quarantine: () => spoilt });
    given(pool.tryCheckout()).checkin();
    await settle();
    expect(log.find(({ type }) => type === 'destroy')).toMatchObject({ connection: 1, reason: 'it never answered' });
    expect([...pool.state.connections].map(({ id }) => id)).toEqual([2]);
  });

  it('is over for its holder: the second checkin is counted, and revoked$ completes', async () => {
    const { pool } = await fakePool({ minSize: 1, maxSize: 1, quarantine: () => NEVER });
    const lease = given(pool.tryCheckout());
    const complete = vi.fn();
    lease.revoked$.subscribe({ complete });
    lease.checkin();
    lease.checkin();
    lease.destroy();
    expect(complete).toHaveBeenCalledOnce();
    expect(pool.state.invalidCheckins).toBe(2);
  });

  it('counts as lost when it dies meanwhile, and nobody waits for its quarantine any more', async () => {
    const end$ = new Subject<never>();
    const { pool, server } = await fakePool({ minSize: 1, maxSize: 1, quarantine: () => end$ });
    given(pool.tryCheckout()).checkin();
    server.kill(server.connection(1));
    await settle();
    expect(end$.observed).toBe(false);
    expect(pool.state).toMatchObject({ checkouts: 1, checkins: 0, destroyed: 0, lost: 1, active: 0 });
  });

  it('needs none when the lease is destroyed', async () => {
    const quarantine = vi.fn(() => NEVER);
    const { pool } = await fakePool({ minSize: 1, quarantine });
    given(pool.tryCheckout()).destroy();
    expect([quarantine.mock.calls.length, pool.state.destroyed]).toEqual([0, 1]);
  });

  it('gets the time that leases get when the pool closes, and no more', async () => {
    const { pool } = await fakePool({ minSize: 1, quarantine: () => NEVER });
    given(pool.tryCheckout()).checkin();
    const closed = vi.fn();
    void pool.close({ timeoutMs: 500 }).then(closed);
    await elapse(499);
    expect(closed).not.toHaveBeenCalled();
    await elapse(1);
    expect(closed).toHaveBeenCalledOnce();
  });

  it('is none when the function throws, which RxJS reports', async () => {
    const failing = (): never => {
      throw new Error('no idea');
    };
    const { pool } = await fakePool({ minSize: 1, quarantine: failing });
    given(pool.tryCheckout()).checkin();
    await elapse(1);
    expect([pool.state.checkins, reported]).toEqual([1, [new Error('no idea')]]);
  });
});
