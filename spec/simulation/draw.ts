import { seeded } from '../support/seeded.ts';

/** All the chance there is in a simulation; the same seed draws the same. */
export class Draw {
  /** A whole number below a bound. */
  readonly below: (bound: number) => number;

  constructor(seed: number) {
    this.below = seeded(seed);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True so many times in a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    return others[this.below(others.length + 1)] ?? first;
  }

  /** A duration about so long, now and then five times as long; in milliseconds. */
  about(ms: number): number {
    return this.chance(10) ? 5 * ms : this.between(Math.ceil(ms / 2), ms + Math.ceil(ms / 2));
  }
}
