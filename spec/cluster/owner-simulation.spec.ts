import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Terms } from '../../lib/cluster/terms.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { OwnerSimulation, type SimulationOptions, type Weather } from './owner-simulation.ts';

const numRuns = chosenRuns('CLUSTER_RUNS', 5000);
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
});
