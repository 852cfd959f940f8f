import { EMPTY, NEVER, Subject, delay, filter, map, mergeMap, of, pipe, take, tap, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolState } from '../../lib/state/pool-state.ts';
import type { Snapshot } from '../../lib/state/snapshot.ts';
import { chooserOf } from '../../lib/checkout/chooser.ts';
import { leastLoaded } from '../../lib/strategies/least-loaded.ts';
import { roundRobin } from '../../lib/strategies/round-robin.ts';
import { sticky } from '../../lib/strategies/sticky.ts';
import { type Strategy, isBuiltIn } from '../../lib/strategies/strategy.ts';
import { checkout, following, opened, stateAfter, up } from '../support/pool-log.ts';

const request = { key: 'k', priority: 2, since: 5 };
const three = stateAfter(opened(), ...up(0, 1, 2));

function choosing(strategy: Strategy) {
  const failures: unknown[] = [];
  const chooser = chooserOf(strategy, (error) => failures.push(error));
  const choose = (state: Snapshot = three) =>
    chooser.choose({ current: state, serving: (next) => state.serving(next) }, request);
  return { failures, chooser, choose };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a built-in strategy', () => {
  it('looks at the present state itself', () => {
    const { choose, chooser, failures } = choosing(roundRobin());
    expect(choose()).toBe(three.connections.get(0));
    chooser.close();
    expect(failures).toEqual([]);
  });

  it('is told of the request, which does not wait', () => {
    const { choose } = choosing(sticky());
    expect(choose()).toBe(sticky().choose(three, request));
    expect(sticky().choose(three, { priority: 0, since: 5 })).not.toBe(choose());
  });

  it('is one of the pool’s own, and no longer when it is composed', () => {
    expect([isBuiltIn(leastLoaded()), isBuiltIn(pipe(filter(Boolean), leastLoaded()))]).toEqual([true, false]);
  });
});

describe('an operator', () => {
  it('is asked with the request as next', () => {
    const asked: unknown[] = [];
    const { choose } = choosing(
      pipe(
        tap(({ next }) => asked.push(next)),
        roundRobin(),
      ),
    );
    expect(choose()?.slot).toBe(0);
    expect(asked).toEqual([request]);
  });

  it('may keep the snapshot, which never changes', () => {
    const kept: PoolState[] = [];
    const { choose } = choosing(
      pipe(
        tap((state) => kept.push(state)),
        roundRobin(),
      ),
    );
    choose();
    const before = JSON.stringify(kept);
    choose(following(three, checkout(0)));
    expect(JSON.stringify(kept.slice(0, 1))).toBe(before);
  });

  it('is subscribed once for all its choices', () => {
    let subscriptions = 0;
    const counted: Strategy = (state$) => {
      subscriptions++;
      return state$.pipe(roundRobin());
    };
    const { choose } = choosing(counted);
    choose();
    choose();
    expect(subscriptions).toBe(1);
  });

  it.each<[string, Strategy]>([
    [
      'emits nothing',
      pipe(
        roundRobin(),
        filter(() => false),
      ),
    ],
    ['never subscribes', () => NEVER],
    ['emits undefined', map(() => undefined)],
    ['emits null', map(() => null as unknown as undefined)],
  ])('chooses none when it %s', (_, strategy) => {
    const { choose, failures } = choosing(strategy);
    expect([choose(), failures]).toEqual([undefined, []]);
  });

  it('counts with its last emission', () => {
    const { choose } = choosing(mergeMap((state) => of(...state.connections)));
    expect(choose()?.slot).toBe(2);
  });

  it('takes back a choice with undefined', () => {
    const { choose } = choosing(mergeMap((state) => of(state.connections.get(1), undefined)));
    expect(choose()).toBeUndefined();
  });

  it('is not heard after the tick', () => {
    const { choose } = choosing(pipe(delay(5), roundRobin()));
    expect(choose()).toBeUndefined();
    vi.advanceTimersByTime(10);
    expect(choose()).toBeUndefined();
  });

  it('is left on close', () => {
    const state$ = new Subject<undefined>();
    const { choose, chooser } = choosing(() => state$);
    choose();
    expect(state$.observed).toBe(true);
    chooser.close();
    expect(state$.observed).toBe(false);
  });
});

describe('an operator that fails', () => {
  it('is reported when it errors, and subscribed anew for the next choice', () => {
    let calls = 0;
    const { choose, failures } = choosing(
      map((state) => {
        if (++calls === 1) throw new Error('bad luck');
        return state.connections.get(1);
      }),
    );
    expect([choose(), failures]).toEqual([undefined, [new Error('bad luck')]]);
    expect([choose()?.slot, failures.length]).toEqual([1, 1]);
  });

  it('is reported when it completes, and what it said before counts', () => {
    const { choose, failures } = choosing(pipe(roundRobin(), take(1)));
    expect([choose()?.slot, failures]).toEqual([0, [new Error('the strategy completed')]]);
    expect([choose()?.slot, failures.length]).toEqual([0, 2]);
  });

  it.each<[string, Strategy]>([
    ['completes', () => EMPTY],
    ['errors', () => throwError(() => new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ])('is reported once a choice when it %s on subscription', (_, strategy) => {
    const { choose, failures } = choosing(strategy);
    expect([choose(), choose(), failures.length]).toEqual([undefined, undefined, 2]);
  });

  it('is reported when it errors between two choices', () => {
    const states$ = new Subject<undefined>();
    const { choose, failures } = choosing(() => states$);
    choose();
    states$.error(new Error('later'));
    expect(failures).toEqual([new Error('later')]);
  });
});
