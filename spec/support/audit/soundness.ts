import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import { expectRisen, expectServed, expectSound } from '../invariants.ts';
import type { Rule } from './rule.ts';

/** I1, I2, I13 and I14 after every event; I6 at rest, unless the strategy keeps connections back. */
export class Soundness implements Rule {
  readonly #strategyServes: boolean;

  constructor(strategyServes = true) {
    this.#strategyServes = strategyServes;
  }

  after(_event: PoolEvent, before: PoolState, after: PoolState): void {
    expectSound(after);
    expectRisen(before, after);
  }

  atRest(state: PoolState): void {
    if (this.#strategyServes) expectServed(state);
  }
}
