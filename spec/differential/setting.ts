import fc, { type Arbitrary } from 'fast-check';
import type { Behaviour } from '../support/fake-server.ts';

/** The strategies that a pool of a script may have: the built-in ones, and two of a user's. */
export const strategyNames = [
  'roundRobin',
  'leastLoaded',
  'random',
  'powerOfTwoChoices',
  'sticky',
  'peakEwma',
  'bySlot',
  'reserving',
] as const;

/** How the pool of a script is made, as plain data: a failure shows it. */
export interface Setting {
  readonly strategy: (typeof strategyNames)[number];
  readonly numbers: {
    readonly seed: number;
    readonly minSize: number;
    readonly maxSize: number;
    readonly maxLeasesPerConnection: number;
    readonly maxConnecting: number;
    readonly maxWaiting: number;
    readonly unhealthyAfter: number;
    readonly checkoutTimeoutMs: number;
    readonly maxUses?: number;
    readonly pinIdleMs?: number;
    readonly leakAfterMs?: number;
    readonly healthCheckIntervalMs: number;
    readonly idleTimeoutMs: number;
    readonly maxLifetimeMs: number;
    readonly metricsWindowMs: number;
  };
  readonly behaviour: Pick<Behaviour, 'connectMs' | 'closeMs'>;
  readonly hasEndpoints: boolean;
  /** Whether waiters are shed under lasting overload. */
  readonly sheds: boolean;
  /** How long a connection is kept from others after each lease, in milliseconds; 0: not at all. */
  readonly quarantineMs: number;
}

const seldom = fc.constantFrom(false, false, false, false, true);

/** A number where it is left out most of the time. */
function optional(...values: readonly number[]): Arbitrary<number | undefined> {
  return fc.constantFrom(...values.map(() => undefined), ...values.map(() => undefined), undefined, ...values);
}

const numbers = fc
  .record({
    seed: fc.nat(),
    minSize: fc.nat(3),
    room: fc.nat(3),
    maxLeasesPerConnection: fc.constantFrom(1, 1, 1, 2, 3),
    maxConnecting: fc.integer({ min: 1, max: 3 }),
    maxWaiting: fc.constantFrom(0, 2, 30, 30, 30),
    unhealthyAfter: fc.integer({ min: 1, max: 2 }),
    checkoutTimeoutMs: fc.constantFrom(0, Infinity, 20, 60, 200),
    maxUses: optional(1, 3),
    pinIdleMs: optional(0, 40),
    leakAfterMs: optional(25),
    healthCheckIntervalMs: fc.constantFrom(0, 0, 30),
    idleTimeoutMs: fc.constantFrom(0, 40),
    maxLifetimeMs: fc.constantFrom(0, 0, 90),
    metricsWindowMs: fc.constantFrom(0, 10, 1000),
  })
  .map(({ room, maxUses, pinIdleMs, leakAfterMs, ...others }) => ({
    ...others,
    maxSize: Math.max(1, others.minSize + room),
    ...(maxUses === undefined ? {} : { maxUses }),
    ...(pinIdleMs === undefined ? {} : { pinIdleMs }),
    ...(leakAfterMs === undefined ? {} : { leakAfterMs }),
  }));

export const settings: Arbitrary<Setting> = fc.record({
  strategy: fc.constantFrom(...strategyNames),
  numbers,
  behaviour: fc.record({ connectMs: fc.constantFrom(0, 0, 4), closeMs: fc.constantFrom(0, 0, 4) }),
  hasEndpoints: seldom,
  sheds: seldom,
  quarantineMs: fc.constantFrom(0, 0, 0, 0, 0, 3),
});
