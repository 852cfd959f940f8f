import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PoolState } from '../../lib/index.ts';
import { listen } from '../support/listen.ts';
import { RandomRun } from '../support/random-run.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

interface Held {
  readonly state: PoolState;
  readonly json: string;
}

const hold = (state: PoolState): Held => ({ state, json: JSON.stringify(state) });

it.each(Array.from({ length: 20 }, (_, i) => 100 + i))(
  'I15 every snapshot still is what it was when it was taken, seed %d',
  async (seed) => {
    const run = new RandomRun(seed);
    const { pool } = run.fake;
    const held: Held[] = [];
    const told: Held[] = [];
    listen(pool.events$, () => held.push(hold(pool.state)));
    if (seed % 2 === 0) listen(pool.state$, (state) => told.push(hold(state)));
    await settle();
    for (let i = 0; i < 100; i++) await run.step();
    await run.end();
    expect(held.length).toBeGreaterThan(50);
    for (const { state, json } of [...held, ...told]) expect(JSON.stringify(state)).toBe(json);
    const unique = new Map<number, string>();
    for (const { state, json } of [...held, ...told]) {
      expect(unique.get(state.version) ?? json).toBe(json);
      unique.set(state.version, json);
    }
  },
);

it('I15 a snapshot iterates the same connections however often, whatever happens meanwhile', async () => {
  const run = new RandomRun(7);
  await settle();
  for (let i = 0; i < 20; i++) await run.step();
  const { state } = run.fake.pool;
  const [connections, waiters] = [[...state.connections], [...state.waiters]];
  for (let i = 0; i < 50; i++) await run.step();
  expect([...state.connections]).toEqual(connections);
  expect([...state.waiters]).toEqual(waiters);
});
