import { describe, expect, it } from 'vitest';
import type { PoolEvent } from '../../lib/index.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { Deliberate } from '../support/deliberate.ts';
import { inWorldOf } from '../support/world-of-seed.ts';
import { EndpointSimulation } from './endpoint-simulation.ts';
import { messageOf } from '../../lib/base/thrown.ts';

const first = chosenSeed('ENDPOINTS_SEED');
const count = chosenRuns('ENDPOINTS_SEEDS', 200);

async function simulate(seed: number): Promise<readonly PoolEvent[]> {
  let log: readonly PoolEvent[] = [];
  const reported = await inWorldOf(seed, async () => {
    const simulation = new EndpointSimulation(seed);
    log = simulation.log;
    await simulation.run();
  }).catch((error: unknown) => {
    throw new Error(`ENDPOINTS_SEED=${seed}: ${messageOf(error)}`, { cause: error });
  });
  const error = reported.find((other) => !(other instanceof Deliberate));
  if (error !== undefined)
    throw new Error(`ENDPOINTS_SEED=${seed}: I16 ${messageOf(error)} was not handled`, { cause: error });
  return log;
}

describe('endpoints that come, fail, heal and go', () => {
  it('I1-I16 lose nothing, and all is spread evenly again when all are well', async () => {
    const types = new Map<string, number>();
    for (let seed = first; seed < first + count; seed++) {
      for (const event of await simulate(seed)) {
        const type = event.type === 'retire' ? event.reason : event.type;
        types.set(type, (types.get(type) ?? 0) + 1);
      }
    }
    const kinds = [
      'endpointListed',
      'endpointUnlisted',
      'endpointSetAside',
      'endpointBack',
      'resting',
      'rested',
      'spread',
    ];
    for (const kind of kinds) expect(types.get(kind) ?? 0, kind).toBeGreaterThan(count / 10);
  }, 60_000);

  it('do the same with the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7));
  });
});
