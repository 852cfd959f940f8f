import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type PoolState, isAvailable } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import type { Strategy } from '../../lib/strategies/strategy.ts';
import { marbles } from '../support/marbles.ts';
import { listen } from '../support/listen.ts';
import { checkout, health, on, opened, stateAfter, up } from '../support/pool-log.ts';
import { randomLog } from '../support/random-log.ts';

/** What every strategy keeps to, whichever connection it prefers. */
export function strategyContract(name: string, strategy: () => Strategy): void {
  describe(`${name}, as a strategy`, () => {
    const one = stateAfter(opened(), ...up(0));
    const two = stateAfter(opened(), ...up(0, 1), checkout(0));
    const snapshots: Record<string, PoolState> = { a: one, b: stateAfter(opened()), c: two };
    const choices = { a: one.connections.get(0), b: undefined, c: two.connections.get(1) };

    it('makes one choice for each snapshot, in the same tick', () => {
      marbles(({ hot, expectObservable }) => {
        const states$ = hot('a-(bcab)-c-', snapshots);
        const expected = '   a-(bcab)-c-';
        expectObservable(states$.pipe(strategy())).toBe(expected, choices);
      });
    });

    it.each([
      ['|', '(^!)'],
      ['-', '^'],
      ['#', '(^!)'],
      ['a-#', '^-!'],
      ['a-(b|)', '^-!'],
    ])('ends as its input does: %s', (input, subscribed) => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const states$ = cold(input, snapshots);
        expectObservable(states$.pipe(strategy())).toBe(input, choices);
        expectSubscriptions(states$.subscriptions).toBe(subscribed);
      });
    });

    it('leaves its input when it is unsubscribed from', () => {
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const states$ = hot('a-b-c-', snapshots);
        const unsubscribed = '   ---!';
        expectObservable(states$.pipe(strategy()), unsubscribed).toBe('a-b', choices);
        expectSubscriptions(states$.subscriptions).toBe('^--!');
      });
    });

    it.each([
      ['connecting', stateAfter(opened(), { type: 'connecting', ...on(0) })],
      ['in use', stateAfter(opened(), ...up(0), checkout(0))],
      ['full', stateAfter(opened({ maxLeasesPerConnection: 2 }), ...up(0), checkout(0), checkout(0))],
      ['unhealthy', stateAfter(opened(), ...up(0), health(0, false))],
      ['closing', stateAfter(opened(), ...up(0), { type: 'retire', ...on(0), reason: 'maxUses' })],
      ['gone', stateAfter(opened(), ...up(0), { type: 'down', ...on(0), error: '' })],
    ])('chooses none that is %s', (_, state) => {
      expect(chosen(strategy(), state)).toBeUndefined();
    });

    it.each([400, 401, 402, 403])('chooses an available connection whenever there is one (seed %i)', (seed) => {
      eachState(seed, (state) => {
        const choice = chosen(strategy(), state);
        if (choice === undefined) expect(state.connections.countAvailable()).toBe(0);
        else expect([isAvailable(state, choice), state.connections.get(choice.slot)]).toEqual([true, choice]);
      });
    });

    it('makes the same choice for the same snapshot, and leaves it as it was', () => {
      eachState(404, (state) => {
        const before = JSON.stringify(state);
        const first = chosen(strategy(), state);
        expect(chosen(strategy(), state)).toBe(first);
        expect(JSON.stringify(state)).toBe(before);
      });
    });

    it('remembers nothing between snapshots', () => {
      const fresh = strategy();
      const states$ = new Subject<PoolState>();
      const lasting: unknown[] = [];
      listen(states$.pipe(fresh), (choice) => lasting.push(choice));
      const alone: unknown[] = [];
      eachState(405, (state) => {
        states$.next(state);
        alone.push(chosen(strategy(), state));
      });
      expect(lasting).toEqual(alone);
    });
  });
}

function chosen(strategy: Strategy, state: PoolState) {
  const states$ = new Subject<PoolState>();
  const choices: ReturnType<PoolState['connections']['get']>[] = [];
  const subscription = listen(states$.pipe(strategy), (choice) => choices.push(choice));
  states$.next(state);
  subscription.unsubscribe();
  expect(choices).toHaveLength(1);
  return choices[0];
}

function eachState(seed: number, look: (state: Snapshot) => void) {
  let state = new Snapshot();
  for (const event of randomLog(seed, 300)) look((state = reduce(state, event).handOut()));
}
