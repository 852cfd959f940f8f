import assert from 'node:assert/strict';
import type { Checkout } from '../../../lib/events/pool-event.ts';
import { type ConnectionRecord, type PoolEvent, type PoolState, isAvailable } from '../../../lib/index.ts';
import { isServing } from '../../../lib/state/pool-state.ts';
import { expectRisen, expectServed, expectSound } from '../invariants.ts';
import type { Rule } from './rule.ts';

/** I1, I2, I13 and I14 after every event; I6 at rest, unless the strategy keeps connections back. */
export class Soundness implements Rule {
  readonly #strategyServes: boolean;
  /** What a strategy that keeps nothing names, where it may decline. */
  readonly #names: ((state: PoolState) => ConnectionRecord | undefined) | undefined;

  constructor(strategyServes = true, names?: (state: PoolState) => ConnectionRecord | undefined) {
    this.#strategyServes = strategyServes;
    this.#names = names;
  }

  after(event: PoolEvent, before: PoolState, after: PoolState): void {
    expectSound(after);
    expectRisen(before, after);
    if (event.type !== 'checkout') return;
    expectWaited(event, before, after);
    const record = before.connections.get(event.slot);
    // What is kept for a key is for that alone.
    const isFree = record !== undefined && (record.pin === event.pin ? isServing : isAvailable)(before, record);
    assert(isFree, 'I2 a lease of what cannot be leased');
  }

  atRest(state: PoolState): void {
    if (this.#strategyServes) expectServed(state);
    // Whoever was in front may have left, or been served.
    const named = state.waiting > 0 && state.phase === 'open' ? this.#names?.(state) : undefined;
    assert(named === undefined || !isAvailable(state, named), 'I6 the strategy names a connection for who waits');
  }
}

/** I14: what somebody has waited is what it took from the wait to the lease, and is added to the total. */
function expectWaited({ waiter, waitedMs, at }: Checkout, before: PoolState, after: PoolState): void {
  assert(Math.abs(after.waitedMs - before.waitedMs - waitedMs) < 1e-6, 'I14 waitedMs is not added');
  if (waiter === null) return;
  const found = [...before.waiters].find(({ id }) => id === waiter);
  assert(found !== undefined && Math.abs(at - found.since - waitedMs) < 1e-6, 'I14 waitedMs of a waiter');
}
