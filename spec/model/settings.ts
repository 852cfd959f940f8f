import fc, { type Arbitrary } from 'fast-check';
import { type Setting, names } from './live-pool.ts';

const options = fc.record({
  seed: fc.nat(),
  floor: fc.nat(3),
  room: fc.integer({ min: 1, max: 3 }),
  maxLeasesPerConnection: fc.constantFrom(1, 1, 2),
  maxConnecting: fc.integer({ min: 1, max: 3 }),
  maxWaiting: fc.constantFrom(0, 3, 50),
  checkoutTimeoutMs: fc.constantFrom(0, 100, 300),
  connectTimeoutMs: fc.constantFrom(30, 100),
  healthCheckIntervalMs: fc.constantFrom(0, 60),
  healthCheckTimeoutMs: fc.constant(20),
  closeTimeoutMs: fc.constant(50),
  unhealthyAfter: fc.integer({ min: 1, max: 2 }),
  maxUses: fc.constantFrom(0, 1, 3),
});

/** How a pool is made for a run; every option may be at its edge. */
export const settings: Arbitrary<Setting> = fc.record({
  strategy: fc.constantFrom(...names),
  options: options.map(({ floor, room, maxUses, ...rest }) => ({
    ...rest,
    ...(maxUses === 0 ? {} : { maxUses }),
    minSize: floor,
    maxSize: floor + room,
  })),
  hasEndpoints: fc.boolean(),
  restMs: fc.constantFrom(0, 0, 15, 90),
  behaviour: fc.record({ connectMs: fc.constantFrom(0, 20), closeMs: fc.constantFrom(0, 20) }),
});
