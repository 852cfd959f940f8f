import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { describe, it } from 'vitest';
import type { Terms } from '../../lib/cluster/terms.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { OwnerSimulation, type SimulationOptions, type Weather } from './owner-simulation.ts';

const numRuns = chosenRuns('CLUSTER_RUNS', 3000);
const seed = chosenSeed('CLUSTER_SEED');
const STEPS = 1200;

const weather: Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0, 5, 30),
  doubled: fc.constantFrom(0, 10),
  latencyMs: fc.constantFrom(1, 5, 40),
  // Two clocks differ by 10 %.
  drift: fc.constantFrom(0, 0.05),
  crashes: fc.constantFrom(0, 5),
  restarts: fc.constantFrom(0, 20),
  cuts: fc.constantFrom(0, 10),
});

function worlds(onEngineDown: Terms['onEngineDown']): Arbitrary<SimulationOptions> {
  const terms = fc.record({
    cap: fc.integer({ min: 1, max: 12 }),
    ttlMs: fc.constant(1000),
    onEngineDown: fc.constant(onEngineDown),
    expectedReplicas: fc.integer({ min: 1, max: 6 }),
    bootstrapShare: fc.constantFrom(0, 1),
  });
  return fc.record({ seed: fc.nat(), replicas: fc.integer({ min: 1, max: 6 }), terms, weather });
}

/**
 * What those have together who could ask lately. Whoever could not, and joins a Redis that has lost everything, keeps what he
 * has until all others have joined as well.
 */
function sumOfConnected({ replicas, now }: OwnerSimulation): number {
  let sum = 0;
  for (const { held, owner, lastShrunkAt } of replicas) {
    if (lastShrunkAt === undefined || lastShrunkAt + 1250 < now) sum += Math.min(held, owner.allowance?.limit ?? 0);
  }
  return sum;
}

describe('the sum over all replicas, whatever clocks, network and Redis do', () => {
  it('is never above the cap with `closed`', () => {
    const property = fc.property(worlds('closed'), (options) => {
      const simulation = new OwnerSimulation(options);
      for (let i = 0; i < STEPS; i++) {
        simulation.step();
        assert(simulation.sum <= options.terms.cap, `${simulation.sum} at ${simulation.now} ms`);
      }
    });
    fc.assert(property, { seed, numRuns });
  }, 600_000);

  it.each(['hold', 'static'] as const)(
    'is above the cap with `%s` by those only that cannot ask, and have no more than is told',
    (onEngineDown) => {
      const property = fc.property(worlds(onEngineDown), (options) => {
        const { cap, expectedReplicas, bootstrapShare } = options.terms;
        const simulation = new OwnerSimulation(options);
        for (let i = 0; i < STEPS; i++) {
          simulation.step();
          assert(sumOfConnected(simulation) <= cap, `${sumOfConnected(simulation)} at ${simulation.now} ms`);
          for (const { allowance } of simulation.replicas.map(({ owner }) => owner)) {
            if (allowance?.mode !== 'shrunk') continue;
            const told = onEngineDown === 'static' ? Math.floor(cap / expectedReplicas) : cap;
            assert(allowance.limit <= (allowance.epoch === 0 && onEngineDown === 'hold' ? bootstrapShare : told));
          }
        }
      });
      fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 2) });
    },
    600_000,
  );

  it('is fair, and all of the cap, once all is calm again', () => {
    const property = fc.property(worlds('hold'), (options) => {
      const { cap, ttlMs } = options.terms;
      const simulation = new OwnerSimulation(options);
      for (let i = 0; i < STEPS / 2; i++) simulation.step();
      // Redis may have forgotten everything just now, and some clocks are slow.
      const calmAt = simulation.now;
      while (simulation.now < calmAt + 6 * ttlMs) simulation.step(true);
      const wanting = simulation.replicas.filter(({ wanted }) => wanted > 0);
      const fair = Math.max(1, Math.floor(cap / Math.max(1, wanting.length)));
      const wanted = wanting.reduce((sum, replica) => sum + replica.wanted, 0);
      assert.equal(simulation.sum, Math.min(cap, wanted));
      if (wanting.length > cap) return;
      for (const replica of wanting) {
        assert(replica.held >= Math.min(replica.wanted, fair), `${replica.held} of ${replica.wanted}, fair is ${fair}`);
      }
    });
    fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 2) });
  }, 600_000);

  it('has a fair share for one that comes late, within three calls of each', () => {
    const property = fc.property(worlds('hold'), fc.nat(), (options, wait) => {
      const { cap, ttlMs } = options.terms;
      if (options.replicas > cap) return;
      const simulation = new OwnerSimulation(options);
      const [late, ...others] = simulation.replicas;
      late?.want(0);
      for (const replica of others) replica.want(cap);
      for (let i = 0; i < STEPS / 2 + (wait % 100); i++) simulation.step(true);
      late?.want(cap);
      // Clocks may be slow, and connections take a while to close.
      const dueAt = simulation.now + 3 * 1.05 * (ttlMs / 4) + ttlMs / 10;
      while (simulation.now < dueAt) simulation.step(true);
      const fair = Math.floor(cap / options.replicas);
      assert((late?.held ?? 0) >= fair, `${late?.held} of ${fair}`);
      assert(simulation.sum <= cap);
    });
    fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 2) });
  }, 600_000);

  it('is within the cap again a tick after Redis has lost what it granted last', () => {
    const property = fc.property(worlds('hold'), fc.integer({ min: 1, max: 60 }), (options, steps) => {
      const { cap, ttlMs } = options.terms;
      const simulation = new OwnerSimulation({ ...options, weather: { ...options.weather, restarts: 0, cuts: 0 } });
      for (let i = 0; i < STEPS / 3; i++) simulation.step(true);
      const older = simulation.redis.copy();
      for (let i = 0; i < steps; i++) simulation.step(true);
      simulation.redis = older;
      const lostAt = simulation.now;
      while (simulation.now < lostAt + 0.4 * ttlMs) simulation.step(true);
      for (let i = 0; i < STEPS / 3; i++) {
        assert(simulation.sum <= cap, `${simulation.sum} at ${simulation.now} ms`);
        simulation.step(true);
      }
    });
    fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 2) });
  }, 600_000);
});
