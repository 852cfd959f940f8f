import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deliberate } from '../support/deliberate.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { inWorldOf } from '../support/world-of-seed.ts';
import { type Happening, SameTick, TIMEOUT_MS } from './same-tick.ts';

const seed = chosenSeed('ORDERS_SEED');
const numRuns = chosenRuns('ORDERS_RUNS', 3000);

const visit = fc.record({
  how: fc.constantFrom('checkout', 'checkout', 'tryCheckout', 'use', 'stream'),
  options: fc.record({ priority: fc.nat(1), timeoutMs: fc.constantFrom(0, TIMEOUT_MS) }, { requiredKeys: [] }),
  ending: fc.constantFrom('checkin', 'destroy', 'twice'),
  leaves: fc.boolean(),
});

const happenings: fc.Arbitrary<Happening> = fc.record({
  options: fc
    .record({ minSize: fc.nat(2), room: fc.integer({ min: 1, max: 2 }), maxLeasesPerConnection: fc.constantFrom(1, 2) })
    .chain(({ minSize, room, maxLeasesPerConnection }) =>
      fc.record({
        minSize: fc.constant(minSize),
        maxSize: fc.constant(minSize + room),
        maxLeasesPerConnection: fc.constant(maxLeasesPerConnection),
        maxConnecting: fc.constantFrom(1, 3),
        maxWaiting: fc.constantFrom(1, 100, 100),
        connectTimeoutMs: fc.constantFrom(TIMEOUT_MS, 10 * TIMEOUT_MS),
        seed: fc.nat(),
      }),
    ),
  visits: fc.array(visit, { minLength: 1, maxLength: 8, size: 'max' }),
  incidents: fc.array(fc.constantFrom('kill', 'time', 'resize', 'time', 'kill', 'close'), {
    maxLength: 4,
    size: 'max',
  }),
  connects: fc.array(fc.record({ fails: fc.constantFrom(false, false, false, true), isPromise: fc.boolean() }), {
    maxLength: 5,
  }),
});

it('I1-I16 in whatever order a tick unfolds', async () => {
  const property = fc.asyncProperty(fc.scheduler(), happenings, fc.boolean(), async (scheduler, happening, look) => {
    const reported = await inWorldOf(seed, () => new SameTick(scheduler, happening).run(look));
    expect(
      reported.filter((error) => !(error instanceof Deliberate)),
      'I16',
    ).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns });
}, 120_000);
