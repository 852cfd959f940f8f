import { BehaviorSubject, Observable, concat, of, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { Inbox } from '../../../lib/events/inbox.ts';
import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import { Store } from '../../../lib/state/store.ts';
import { EndpointList } from '../../../lib/supply/endpoints/endpoint-list.ts';
import type { Endpoint } from '../../../lib/supply/endpoints/endpoint.ts';
import { listen } from '../../support/listen.ts';
import { marbles } from '../../support/marbles.ts';

const [a, b] = [{ id: 'a' }, { id: 'b' }];
const lists = { a: [a], b: [b], d: [a, b], e: [], f: [b, a, b], x: 'none', y: [a, { id: 1 }] };

/** Short for an event, so that marbles can tell of several at once. */
function shortOf(event: PoolEvent): string {
  if (event.type === 'endpointListed') return `+${event.endpoint}`;
  if (event.type === 'endpointUnlisted') return `-${event.endpoint}`;
  return event.type === 'endpointsFailed' ? `failed: ${event.error}` : event.type;
}

/** What a list says for as long as somebody listens: its events as they are committed, and calls of its listener. */
function following(endpoints$: Observable<unknown> | undefined): Observable<string> {
  return new Observable<string>((subscriber) => {
    const store = new Store();
    const inbox = new Inbox(store);
    subscriber.add(listen(inbox.committed$, (event) => subscriber.next(shortOf(event))));
    const list = new EndpointList(store, inbox, endpoints$ as Observable<readonly Endpoint[]> | undefined, {
      left: (gone) => subscriber.next(`left ${[...gone].join()}`),
      changed: () => subscriber.next(`changed (${store.current.endpoints.map(({ id }) => id).join()})`),
    });
    list.open();
    return () => {
      list.stop();
    };
  });
}

/** One value a character; those in the same frame stand in a row. */
const told = {
  a: '+a',
  b: '+b',
  A: '-a',
  L: 'left a',
  M: 'left b',
  N: 'left a,b',
  B: '-b',
  n: 'changed ()',
  1: 'changed (a)',
  2: 'changed (a,b)',
  3: 'changed (b)',
  4: 'changed (b,a)',
  e: 'endpointsEnded',
  F: 'failed: no such name',
  X: 'failed: endpoints must be an array',
  Y: 'failed: each endpoint must have an id that is a string',
};

describe('EndpointList', () => {
  it.each<[string, string, string]>([
    ['never emits', '-------', '-------'],
    ['is empty', '|', '(en)'],
    ['errors first', '#', '(Fen)'],
    ['lists one', '-a----', '-(a1)--'],
    ['lists none', '-e----', '-n-----'],
    ['completes', '-a----|', '-(a1)-(e1)'],
    ['errors later', '-a----#', '-(a1)-(Fe1)'],
    ['repeats itself', '-d------d', '-(ab2)--2'],
    ['has one twice', '-f', '-(ba4)--'],
    ['grows', '-a----d', '-(a1)-(b2)-'],
    ['shrinks', '-d------a', '-(ab2)--(BM1)'],
    ['is emptied', '-a----e', '-(a1)-(ALn)'],
    ['loses several', '-d------e', '-(ab2)--(ABNn)'],
    ['changes wholly', '-a----b', '-(a1)-(bAL3)-'],
    ['has one come back', '-a----e----a', '-(a1)-(ALn)(a1)-'],
    ['is no list', '-x---a', '-X---(a1)-'],
    ['has no endpoint', '-a----y---e', '-(a1)-Y---(ALn)'],
  ])('tells what changes when endpoints$ %s', (_, source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const endpoints$ = cold(source, lists, new Error('no such name'));
      expectObservable(following(endpoints$)).toBe(expected, told);
    });
  });

  it('unsubscribes when it is stopped, and tells nothing more', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const endpoints$ = hot(' -a---d--e-', lists);
      const stop = '           ^--!';
      const expected = '       -(a1)-';
      expectObservable(following(endpoints$), stop).toBe(expected, told);
      expectSubscriptions(endpoints$.subscriptions).toBe(stop);
    });
  });

  it('follows nothing where there is nothing to follow', () => {
    marbles(({ expectObservable }) => {
      expectObservable(following(undefined)).toBe('-');
    });
  });

  it('takes a list that comes in the middle of one after that, and tells once that something has changed', () => {
    const endpoints$ = new BehaviorSubject<readonly Endpoint[]>([a, b]);
    const told: string[] = [];
    listen(following(endpoints$), (what) => {
      told.push(what);
      if (what === 'left a') endpoints$.next([b, a]);
    });
    told.length = 0;
    endpoints$.next([b]);
    expect(told).toEqual(['-a', 'left a', '+a', 'changed (b,a)']);
  });

  it('takes none that comes in the middle of one when it is stopped there', () => {
    const endpoints$ = new BehaviorSubject<readonly Endpoint[]>([a, b]);
    const store = new Store();
    const left = vi.fn(() => {
      endpoints$.next([a, b]);
      list.stop();
    });
    const list = new EndpointList(store, new Inbox(store), endpoints$, { left, changed: vi.fn() });
    list.open();
    endpoints$.next([b]);
    expect([store.current.endpoints.map(({ id }) => id), left.mock.calls, endpoints$.observed]).toEqual([
      ['b'],
      [[new Set(['a'])]],
      false,
    ]);
  });

  it.each([
    ['completes', of([a])],
    [
      'errors',
      concat(
        of([a]),
        throwError(() => new Error('no such name')),
      ),
    ],
  ])('tells nothing of an end that comes while it is being stopped: when endpoints$ %s', (_, endpoints$) => {
    const store = new Store();
    const inbox = new Inbox(store);
    const types = new Set<string>();
    listen(inbox.committed$, ({ type }) => types.add(type));
    const changed = vi.fn(() => list.stop());
    const list = new EndpointList(store, inbox, endpoints$, { left: vi.fn(), changed });
    list.open();
    expect([[...types], changed.mock.calls.length]).toEqual([['endpointListed'], 1]);
  });
});
