import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PoolState, type PoolStateJson, replay } from '../../lib/index.ts';
import { codeOf } from '../support/outcome.ts';
import { expectHeld, expectRisen, expectSound } from '../support/invariants.ts';
import { RandomRun } from '../support/random-run.ts';
import { seeded } from '../support/seeded.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

const FIRST = Number(process.env['SEED'] ?? 1);
const RUNS = Number(process.env['RUNS'] ?? 300);
const STEPS = 60;

const json = (state: PoolState): string => JSON.stringify(state);

beforeEach(stopTime);
afterEach(() => {
  vi.restoreAllMocks();
  resumeTime();
});

describe(`random runs from seed ${FIRST}`, () => {
  const seeds = Array.from({ length: RUNS / 20 }, (_, i) => FIRST + i * 20);

  it.each(seeds)('keep every invariant and replay to the same state, from seed %d', async (from) => {
    for (let seed = from; seed < from + 20; seed++) {
      const jitter = seeded(seed);
      vi.spyOn(Math, 'random').mockImplementation(() => jitter(1e6) / 1e6);
      await randomRun(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
    }
  });
});

async function randomRun(seed: number): Promise<void> {
  const run = new RandomRun(seed);
  const { pool, server, log } = run.fake;
  await settle();
  let before = pool.state;
  let replayed = replay(log);
  let kept: PoolStateJson | undefined;
  for (let i = 0; i < STEPS; i++) {
    await run.step();
    const { state } = pool;
    expectSound(state);
    expectHeld(state, run.held);
    expectRisen(before, state);
    replayed = replay(log.slice(replayed.version), replayed);
    assert.equal(json(replayed), json(state), 'I15');
    if (i === STEPS / 2) kept = JSON.parse(json(state)) as PoolStateJson;
    before = state;
  }
  await run.end();
  expect(json(replay(log))).toBe(json(pool.state));
  expect(json(replay(log, kept))).toBe(json(pool.state));
  expectEnded(run);
  expect(server.connections.map(({ closes }) => closes)).toEqual(server.connections.map(() => 1));
}

function expectEnded({ fake: { pool, log }, outcomes }: RandomRun): void {
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0, waiting: 0 });
  expect(vi.getTimerCount()).toBe(0);
  expect(log.map(({ version }) => version)).toEqual(log.map((_, i) => i + 1));
  expect(log.every(({ at }, i) => i === 0 || at >= (log[i - 1]?.at ?? 0))).toBe(true);
  for (const { values, errors, completions, error } of outcomes) {
    expect(values).toBe(completions);
    expect(values + errors).toBeLessThanOrEqual(1);
    if (errors === 1) expect(codeOf(error)).toBeDefined();
  }
}
