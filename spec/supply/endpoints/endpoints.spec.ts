import { Subject, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../../lib/supply/endpoints/endpoint.ts';
import { failuresOf, listed, openedWithEndpoints, upAt } from '../../support/endpoint-log.ts';
import { endpointsOf } from '../../support/endpoints-of.ts';
import { type BareEvent, opened } from '../../support/pool-log.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('an endpoint that fails', () => {
  it('is set aside at the third failure in a row, and its connections are withheld', () => {
    const { endpoints, send, record, store, log } = endpointsOf([
      openedWithEndpoints(),
      ...listed('a', 'b', 'c', 'd'),
      ...upAt('a', 0),
    ]);
    send(...failuresOf('a', 2));
    endpoints.failed('a');
    expect([record('a')?.setAsideUntil, store.current.withheld]).toEqual([0, 0]);
    send(...failuresOf('a', 1));
    endpoints.failed('a');
    expect([record('a')?.setAsideUntil, store.current.withheld]).toEqual([50, 1]);
    expect(log.filter(({ type }) => type === 'endpointSetAside')).toMatchObject([{ endpoint: 'a', until: 50 }]);
    endpoints.failed('a');
    expect(record('a')?.setAsides).toBe(1);
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 2],
  ])('of %i endpoints that fail %i is set aside, at most half of them', (count, most) => {
    const ids = Array.from({ length: count }, (_, i) => `e${i}`);
    const { failFor, aside } = endpointsOf([openedWithEndpoints(), ...listed(...ids)]);
    for (const id of ids) failFor(id);
    expect(aside()).toBe(most);
  });

  it('goes on when its time is up, not before, and whoever waits is served', () => {
    const { failFor, record, changed, log } = endpointsOf([openedWithEndpoints(), ...listed('a', 'b')]);
    expect(failFor('a')).toBe(50);
    vi.advanceTimersByTime(49);
    expect([record('a')?.setAsideUntil, changed.mock.calls.length]).toEqual([50, 0]);
    vi.advanceTimersByTime(1);
    expect([record('a')?.setAsideUntil, changed.mock.calls.length, vi.getTimerCount()]).toEqual([0, 1, 0]);
    expect(log.at(-1)).toMatchObject({ type: 'endpointBack', endpoint: 'a', at: 50 });
  });

  it('is away for a time that doubles up to the longest, from half of it to all of it', () => {
    const times = (random: number) => {
      const { failFor } = endpointsOf([openedWithEndpoints(), ...listed('a', 'b')], { random });
      return Array.from({ length: 6 }, () => {
        const ms = failFor('a');
        vi.advanceTimersByTime(Math.ceil(ms));
        return ms;
      });
    };
    expect(times(0)).toEqual([50, 100, 200, 400, 500, 500]);
    expect(times(0.5)).toEqual([75, 150, 300, 600, 750, 750]);
  });

  it('is away for ever longer where there is no longest time, yet never for good', () => {
    const { failFor, record } = endpointsOf([openedWithEndpoints(), ...listed('a', 'b')], { minMs: 0, maxMs: 0 });
    const times = Array.from({ length: 20 }, () => {
      const ms = failFor('a');
      vi.advanceTimersByTime(Math.ceil(ms));
      return ms;
    });
    expect(times.slice(0, 5)).toEqual([1, 1, 2, 4, 8]);
    expect(times.slice(16)).toEqual([2 ** 15, 2 ** 15, 2 ** 15, 2 ** 15]);
    expect(record('a')?.setAsides).toBe(20);
  });

  it('is away for the shortest time again after it has worked for long enough', () => {
    const { failFor, send } = endpointsOf([openedWithEndpoints(), ...listed('a', 'b')]);
    const failed = [0, 1, 2].map(() => {
      const ms = failFor('a');
      vi.advanceTimersByTime(ms);
      return ms;
    });
    send(...upAt('a', 0));
    vi.advanceTimersByTime(30_000);
    expect([...failed, failFor('a')]).toEqual([50, 100, 200, 50]);
  });

  it('is set aside no more once the pool is being closed', () => {
    const { failFor, send, endpoints } = endpointsOf([openedWithEndpoints(), ...listed('a', 'b', 'c', 'd')]);
    send({ type: 'drain' });
    expect(failFor('a')).toBe(0);
    endpoints.stop();
    expect(failFor('b')).toBe(0);
  });
});

describe('what goes wrong', () => {
  const three = [openedWithEndpoints(), ...listed('a', 'b', 'c')];

  it.each<[string, boolean, string | undefined, BareEvent[]]>([
    ['there are no endpoints', true, undefined, [opened()]],
    ['it is the only one', true, 'a', [openedWithEndpoints(), ...listed('a')]],
    ['the others are well', false, 'a', three],
    ['one of the others is well', false, 'a', [...three, ...failuresOf('b', 1)]],
    ['all others have failed as well', true, 'a', [...three, ...failuresOf('b', 1), ...failuresOf('c', 1)]],
    [
      'all others rest',
      true,
      'a',
      [...three, { type: 'resting', endpoint: 'b', until: 9 }, { type: 'resting', endpoint: 'c', until: 9 }],
    ],
    ['it has left the list, and the others are well', false, 'x', three],
    [
      'it has left the list, and the only other one has failed',
      false,
      'x',
      [openedWithEndpoints(), ...listed('a'), ...failuresOf('a', 1)],
    ],
    ['it has left the list, which is empty', false, 'x', [openedWithEndpoints()]],
  ])('concerns the pool as a whole; where %s: %s', (_, concernsAll, id, events) => {
    expect(endpointsOf(events).endpoints.failed(id)).toBe(concernsAll);
  });
});

describe('the next connection', () => {
  it('goes to the endpoint with the fewest, as it was listed last', () => {
    const endpoints$ = new Subject<readonly Endpoint[]>();
    const { endpoints, send } = endpointsOf([openedWithEndpoints()], { endpoints$ });
    expect(endpoints.next()).toBeUndefined();
    endpoints.open();
    const [a, b, newer] = [{ id: 'a' }, { id: 'b' }, { id: 'a', port: 2 }];
    endpoints$.next([a, b]);
    expect(endpoints.next()).toBe(a);
    send(...upAt('a', 0));
    expect(endpoints.next()).toBe(b);
    endpoints$.next([newer]);
    expect(endpoints.next()).toBe(newer);
  });

  it('goes nowhere once the list is empty for good, and the cause is known', () => {
    const { endpoints } = endpointsOf([openedWithEndpoints()], { endpoints$: of([]) });
    expect(endpoints.cause).toBeUndefined();
    endpoints.open();
    expect([endpoints.next(), endpoints.cause]).toEqual([undefined, new Error('endpoints$ completed')]);
  });
});
