import { Observable, Subscription, UnsubscriptionError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lease, Pool } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import { errorOf } from '../support/error-of.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { given } from '../support/outcome.ts';
import { quietBusyPool, quietPool } from '../support/quiet-pool.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('the subscription of a checkout', () => {
  it('is one of RxJS', async () => {
    const { pool } = await quietBusyPool();
    expect(pool.checkout().subscribe()).toBeInstanceOf(Subscription);
    expect(pool.checkout().subscribe({ next: () => undefined })).toBeInstanceOf(Subscription);
  });

  it('is open while it waits, and closed when the lease has come', async () => {
    const { pool, lease } = await quietBusyPool();
    const subscription = pool.checkout().subscribe();
    expect(subscription.closed).toBe(false);
    lease.checkin();
    expect(subscription.closed).toBe(true);
  });

  it('is open while the lease is delivered, and closed in the completion as any is', async () => {
    const { pool, lease } = await quietBusyPool();
    const closed: boolean[] = [];
    const look = () => closed.push(subscription.closed);
    const subscription = pool.checkout().subscribe({ next: look, complete: look });
    const reference = new Observable<number>((subscriber) => {
      setTimeout(() => {
        subscriber.next(1);
        subscriber.complete();
      });
    });
    const expected: boolean[] = [];
    const lookThere = () => expected.push(other.closed);
    const other = reference.subscribe({ next: lookThere, complete: lookThere });
    lease.checkin();
    await elapse(1);
    expect(closed).toEqual(expected);
  });

  it('hears no completion when it unsubscribes within next', async () => {
    const { pool, lease } = await quietBusyPool();
    const heard: string[] = [];
    const subscription: Subscription = pool.checkout().subscribe({
      next: () => {
        heard.push('next');
        subscription.unsubscribe();
      },
      complete: () => heard.push('complete'),
    });
    lease.checkin();
    expect(heard).toEqual(['next']);
    expect(pool.state).toMatchObject({ active: 1, checkouts: 2, checkins: 1 });
  });

  it.each([
    ['it is left', (subscription: Subscription) => subscription.unsubscribe()],
    ['the lease comes', (_: Subscription, lease: Lease<FakeConnection>) => lease.checkin()],
    ['it fails', (_: Subscription, __: Lease<FakeConnection>, pool: Pool<FakeConnection>) => void pool.close()],
  ])('runs the teardowns that were added to it, in order, when %s', async (_, end) => {
    const { pool, lease } = await quietBusyPool();
    const ran: string[] = [];
    const subscription = pool.checkout().subscribe({ error: () => ran.push('error'), complete: () => ran.push('end') });
    const child = new Subscription(() => ran.push('child'));
    subscription.add(() => ran.push('function'));
    subscription.add(child);
    subscription.add({ unsubscribe: () => ran.push('object') });
    const removed = new Subscription(() => ran.push('removed'));
    subscription.add(removed);
    subscription.remove(removed);
    end(subscription, lease, pool);
    expect(ran.filter((what) => what !== 'error' && what !== 'end')).toEqual(['function', 'child', 'object']);
    expect(child.closed).toBe(true);
    subscription.unsubscribe();
    expect(ran.filter((what) => what === 'function')).toHaveLength(1);
  });

  it('runs a teardown at once that is added when it is over', async () => {
    const pool = await quietPool();
    const teardown = vi.fn();
    pool.checkout().subscribe().add(teardown);
    expect(teardown).toHaveBeenCalledOnce();
  });

  it('ends with another that it was added to', async () => {
    const { pool } = await quietBusyPool();
    const all = new Subscription();
    all.add(pool.checkout().subscribe());
    all.add(pool.checkout().subscribe());
    expect(pool.state.waiting).toBe(2);
    all.unsubscribe();
    expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 0 });
  });

  it('leaves the queue although a teardown throws, and throws what RxJS throws', async () => {
    const { pool } = await quietBusyPool();
    const subscription = pool.checkout().subscribe();
    subscription.add(() => {
      throw new Deliberate();
    });
    expect(errorOf(() => subscription.unsubscribe())).toBeInstanceOf(UnsubscriptionError);
    expect(pool.state.waiting).toBe(0);
  });

  it('leaves once, however often it is unsubscribed from', async () => {
    const { pool, log } = await fakePool({ minSize: 1, maxSize: 1 });
    given(pool.tryCheckout());
    const subscription = pool.checkout().subscribe();
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(log.filter(({ type }) => type === 'leave')).toHaveLength(1);
  });
});
