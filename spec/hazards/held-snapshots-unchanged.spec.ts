import { describe, expect, it } from 'vitest';
import type { PoolState } from '../../lib/index.ts';
import { Simulation } from '../simulation/simulation.ts';
import { chosenRuns } from '../support/chosen.ts';
import { listen } from '../support/listen.ts';
import { inWorldOf } from '../support/world-of-seed.ts';

interface Held {
  readonly state: PoolState;
  readonly json: string;
}

const hold = (state: PoolState): Held => ({ state, json: JSON.stringify(state) });
const seeds = Array.from({ length: chosenRuns('HELD_SEEDS', 20) }, (_, i) => 100 + i);

describe.each(seeds)('with seed %d', (seed) => {
  it('I15 every snapshot still is what it was when it was taken', async () => {
    const held: Held[] = [];
    const told: Held[] = [];
    await inWorldOf(seed, async () => {
      const simulation = new Simulation(seed);
      listen(simulation.pool.events$, () => held.push(hold(simulation.pool.state)));
      if (seed % 2 === 0) listen(simulation.pool.state$, (state) => told.push(hold(state)));
      await simulation.run();
    });
    expect(held.length).toBeGreaterThan(50);
    for (const { state, json } of [...held, ...told]) expect(JSON.stringify(state)).toBe(json);
    const unique = new Map<number, string>();
    for (const { state, json } of [...held, ...told]) {
      expect(unique.get(state.version) ?? json).toBe(json);
      unique.set(state.version, json);
    }
  });
});

it('I15 a snapshot iterates the same connections however often, whatever happens meanwhile', async () => {
  await inWorldOf(7, async () => {
    const simulation = new Simulation(7);
    for (let i = 0; i < 10; i++) await simulation.step();
    const { state } = simulation.pool;
    const [connections, waiters] = [[...state.connections], [...state.waiters]];
    await simulation.run();
    expect([...state.connections]).toEqual(connections);
    expect([...state.waiters]).toEqual(waiters);
  });
});
