import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import type { Rule } from './rule.ts';

/** What decides when the pool may connect; times in milliseconds. */
export interface GrowthLimits {
  readonly maxConnecting: number;
  /** The shortest and the longest that the pool may back off after a failure. */
  readonly leastBackoffMs: number;
  readonly mostBackoffMs: number;
}

/** I8, I6 as far as it is about connecting, and that failures are followed by a pause. */
export class Growth implements Rule {
  readonly #limits: GrowthLimits;
  /** When a pause began that has not been cut short. */
  #pausedAt = -Infinity;
  /** The last event that may have begun a pause. */
  #troubleAt = -Infinity;

  constructor(limits: GrowthLimits) {
    this.#limits = limits;
  }

  after(event: PoolEvent, before: PoolState): void {
    const { type, at } = event;
    if (type === 'connecting') this.#expectJustified(before, at);
    if (type === 'up') this.#pausedAt = -Infinity;
    // A failure within a pause, which a death may have begun, begins no other one.
    if (type === 'connectFailed' && !this.#mayPause(at)) this.#pausedAt = at;
    if (type === 'connectFailed' || type === 'down') this.#troubleAt = at;
  }

  atRest(state: PoolState): void {
    if (state.phase !== 'open' || state.size >= state.maxSize || this.#mayPause(performance.now())) return;
    assert(
      state.connecting >= this.#mostConnecting(state) || !isWanted(state),
      'I6 nobody connects for those who wait',
    );
  }

  #mayPause(at: number): boolean {
    return at <= this.#troubleAt + this.#limits.mostBackoffMs + 1;
  }

  #expectJustified(before: PoolState, at: number): void {
    assert.equal(before.phase, 'open', 'I8 a connect after close()');
    assert(before.connecting < this.#mostConnecting(before), 'I8 maxConnecting');
    assert(isWanted(before), 'I8 a connect for nobody');
    assert(at >= this.#pausedAt + this.#limits.leastBackoffMs, 'I8 a connect right after one that failed');
  }

  /** After a failure one attempt at a time finds out whether it works again. */
  #mostConnecting({ connectFailures }: PoolState): number {
    return connectFailures > 0 ? 1 : this.#limits.maxConnecting;
  }
}

/** The floor is not reached, or more wait than are being connected for. */
function isWanted({ idle, active, connecting, floor, waiting, maxLeasesPerConnection }: PoolState): boolean {
  return idle + active + connecting < floor || waiting > connecting * maxLeasesPerConnection;
}
