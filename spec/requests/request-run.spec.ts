import { NEVER, type Observable, type ObservableInput, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../../lib/checkout/lease.ts';
import { held } from '../support/held-lease.ts';
import { leased } from '../support/leased.ts';
import { marbles } from '../support/marbles.ts';
import { outcomeOf } from '../support/outcome.ts';
import { rest, settle } from '../support/virtual-time.ts';

type Streamed<T> = (connection: string, lease: Lease<string>) => ObservableInput<T>;

describe('RequestRun', () => {
  it.each([
    ['emits what the work emits', '--l|  ', '-a-b-|', '---a-b-|', ['checkin']],
    ['completes when the work is empty', '--l|  ', '|     ', '--|', ['checkin']],
    ['waits for work that never ends', '--l|  ', '-a-   ', '---a-', []],
    ['fails as the work does', '--l|  ', '-a-#  ', '---a-#', ['checkin']],
    ['fails as the checkout does', '--#  ', '-a|   ', '--#', []],
    ['waits for a lease that never comes', '-', 'a|', '-', []],
  ])('%s', (_, checkout, work, expected, checkins) => {
    const { lease, ended } = held();
    marbles(({ cold, expectObservable, flush }) => {
      expectObservable(leased(cold(checkout.trim(), { l: lease }), () => cold(work.trim()))).toBe(expected.trim());
      flush();
      expect(ended).toEqual(checkins);
    });
  });

  it('checks in when it is unsubscribed from in the midst of the work', () => {
    const { lease, ended } = held();
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const work$ = cold('-a-b-|');
      const unsubscribed = '---!';
      expectObservable(
        leased(of(lease), () => work$),
        unsubscribed,
      ).toBe('-a--');
      expectSubscriptions(work$.subscriptions).toBe('^--!');
      flush();
      expect(ended).toEqual(['checkin']);
    });
  });

  it('leaves the queue when it is unsubscribed from before there is a lease', () => {
    const { lease, ended } = held();
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const lease$ = cold('-----(l|)', { l: lease });
      const unsubscribed = '  ---!';
      expectObservable(
        leased(lease$, () => NEVER),
        unsubscribed,
      ).toBe('-');
      expectSubscriptions(lease$.subscriptions).toBe('^--!');
      flush();
      expect(ended).toEqual([]);
    });
  });

  it('does not hear of a promise that settles once nobody wants it, and keeps the lease until then', async () => {
    for (const promiseOf of [() => Promise.resolve(1), () => Promise.reject(new Error('no'))]) {
      const { lease, ended } = held();
      const outcome = outcomeOf(leased(of(lease), promiseOf));
      outcome.leave();
      await settle();
      expect(outcome).toMatchObject({ values: 0, errors: 0, completions: 0 });
      expect(ended).toEqual(['outlived', 'checkin']);
    }
  });

  it('I16 hears of a promise that rejects though asking for it has ended the use', async () => {
    const { lease, ended } = held();
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const outcome = outcomeOf(
      leased(of(lease), () => {
        lease.revoke({ reason: 'down' });
        return Promise.reject(new Error('no'));
      }),
    );
    await rest();
    process.off('unhandledRejection', note);
    expect([rejections, outcome.errors, ended]).toEqual([[], 1, ['outlived', 'checkin']]);
  });

  it('has checked in before it tells completion or an error', () => {
    for (const work of [() => of(1), () => throwError(() => new Error('no'))]) {
      const { lease, ended } = held();
      let before: string[] = [];
      const look = () => {
        before = [...ended];
      };
      leased(of(lease), work as Streamed<number>).subscribe({ error: look, complete: look });
      expect(before).toEqual(['checkin']);
    }
  });

  it('fails when its connection goes down', () => {
    const { lease, ended } = held();
    const outcome = outcomeOf(leased(of(lease), () => NEVER));
    lease.status = 'lost';
    lease.revoke({ reason: 'down', cause: new Error('reset') });
    expect(outcome.error).toMatchObject({ code: 'POOL_CONNECTION_LOST', data: { reason: 'down', sent: true } });
    expect(ended).toEqual([]);
  });

  it('does not begin on a connection that is down already', () => {
    const { lease } = held();
    lease.revoke({ reason: 'down' });
    lease.end('lost');
    let begun = 0;
    const outcome = outcomeOf(leased(of(lease), () => of(++begun)));
    expect(outcome).toMatchObject({ errors: 1, values: 0 });
    expect(begun).toBe(0);
  });

  it('lets the work finish when the pool is being closed', () => {
    const { lease } = held();
    marbles(({ cold, expectObservable }) => {
      lease.revoke({ reason: 'draining' });
      expectObservable(leased(of(lease), () => cold('-a-b|'))).toBe('-a-b|');
    });
  });

  it('goes on after the work has ended its lease by itself', () => {
    const { lease, ended } = held();
    const work: Streamed<number> = (_, own) => {
      own.destroy();
      return of(1, 2);
    };
    expect(outcomeOf(leased(of(lease), work))).toMatchObject({ values: 2, completions: 1 });
    expect(ended).toEqual(['destroy']);
  });

  it.each<[string, Streamed<unknown>]>([
    [
      'throws',
      () => {
        throw new TypeError('no');
      },
    ],
    ['gives no stream', () => undefined as unknown as Observable<unknown>],
  ])('fails and checks in when the work %s', (_, work) => {
    const { lease, ended } = held();
    const outcome = outcomeOf(leased(of(lease), work));
    expect(outcome.error).toBeInstanceOf(TypeError);
    expect(ended).toEqual(['checkin']);
  });
});
