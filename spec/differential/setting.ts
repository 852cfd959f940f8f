import fc, { type Arbitrary } from 'fast-check';
import type { Behaviour } from '../support/fake-server.ts';

/** The strategies that a pool of a script may have: the built-in ones, and two of a user's. */
const builtIn = ['roundRobin', 'leastLoaded', 'random', 'powerOfTwoChoices', 'sticky', 'peakEwma'] as const;
const custom = ['bySlot', 'reserving'] as const;

/** What most pools do without, and what makes a step longer. */
interface Extras {
  readonly strategy: (typeof builtIn)[number] | (typeof custom)[number];
  readonly maxUses?: number;
  readonly pinIdleMs?: number;
  readonly leakAfterMs?: number;
  readonly hasEndpoints: boolean;
  /** Whether waiters are shed under lasting overload. */
  readonly sheds: boolean;
  /** How long a connection is kept from others after each lease, in milliseconds; 0: not at all. */
  readonly quarantineMs: number;
}

/** How the pool of a script is made, as plain data: a failure shows it. */
export interface Setting {
  readonly extras: Extras;
  readonly numbers: {
    readonly seed: number;
    readonly minSize: number;
    readonly maxSize: number;
    readonly maxLeasesPerConnection: number;
    readonly maxConnecting: number;
    readonly maxWaiting: number;
    readonly unhealthyAfter: number;
    readonly checkoutTimeoutMs: number;
    readonly healthCheckIntervalMs: number;
    readonly idleTimeoutMs: number;
    readonly maxLifetimeMs: number;
    readonly metricsWindowMs: number;
  };
  readonly behaviour: Pick<Behaviour, 'connectMs' | 'closeMs'>;
}

const numbers = fc
  .record({
    seed: fc.nat(),
    // Now and then more than the state keeps in one chunk.
    minSize: fc.constantFrom(...[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], 35),
    room: fc.nat(3),
    maxLeasesPerConnection: fc.constantFrom(1, 1, 1, 2, 3),
    maxConnecting: fc.integer({ min: 1, max: 3 }),
    maxWaiting: fc.constantFrom(0, 2, 30, 30, 30, 30),
    unhealthyAfter: fc.integer({ min: 1, max: 2 }),
    checkoutTimeoutMs: fc.constantFrom(0, Infinity, 20, 60, 200),
    healthCheckIntervalMs: fc.constantFrom(0, 0, 8),
    idleTimeoutMs: fc.constantFrom(0, 0, 40),
    maxLifetimeMs: fc.constantFrom(0, 0, 90),
    metricsWindowMs: fc.constantFrom(0, 10, 1000),
  })
  .map(({ room, ...others }) => ({ ...others, maxSize: Math.max(1, others.minSize + room) }));

const seldom = fc.constantFrom(false, false, false, false, true);
const plain: Arbitrary<Extras> = fc.record({
  strategy: fc.constantFrom(...builtIn),
  hasEndpoints: fc.constant(false),
  sheds: fc.constant(false),
  quarantineMs: fc.constant(0),
});
const special: Arbitrary<Extras> = fc
  .record({
    strategy: fc.constantFrom(...builtIn, ...custom, ...custom),
    maxUses: fc.constantFrom(0, 0, 0, 1, 3),
    pinIdleMs: fc.constantFrom(0, 0, 0, 40),
    hasPins: fc.constantFrom(false, false, true),
    leaks: seldom,
    hasEndpoints: seldom,
    sheds: seldom,
    quarantineMs: fc.constantFrom(0, 0, 0, 0, 3),
  })
  .map(({ maxUses, pinIdleMs, hasPins, leaks, ...others }) => ({
    ...others,
    // A strategy that waits for a second connection would never use the first, and one without a use is replaced.
    ...(maxUses > (others.strategy === 'reserving' ? 1 : 0) && { maxUses }),
    ...(hasPins && { pinIdleMs }),
    ...(leaks && { leakAfterMs: 25 }),
  }));

export const settings: Arbitrary<Setting> = fc.record({
  extras: fc.oneof(plain, special),
  numbers,
  behaviour: fc.record({ connectMs: fc.constantFrom(0, 0, 4), closeMs: fc.constantFrom(0, 0, 4) }),
});
