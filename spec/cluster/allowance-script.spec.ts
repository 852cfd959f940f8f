import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CarryOut, scriptCalls } from '../../lib/cluster/allowance-script.ts';
import type { Call } from '../../lib/cluster/call.ts';
import { type RunScript, runScripts } from '../../lib/cluster/redis-client.ts';
import type { Terms } from '../../lib/cluster/terms.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { ioredis, nodeRedis } from '../support/redis-clients.ts';
import { type RedisServer, hasRedis, startRedis, stopRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { ScriptModel } from './script-model.ts';

const numRuns = chosenRuns('SCRIPT_RUNS', 2000);
const seed = chosenSeed('SCRIPT_SEED');

const rest = { onEngineDown: 'hold', expectedReplicas: 1, bootstrapShare: 1 } as const;
const first: Call = { kind: 'join', owner: 'a', number: 1, claim: 0, want: 3, epoch: 0 };

/** A call, or the end of the share of an owner that was not heard of. */
type Step = Call | { readonly kind: 'expire'; readonly owner: string };

const owner = fc.constantFrom('a', 'b', 'c', 'd');
const step: Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), owner }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom<Call['kind']>('join', 'join', 'take', 'take', 'take', 'leave'),
      owner,
      number: fc.integer({ min: 1, max: 30 }),
      claim: fc.nat(6),
      want: fc.nat(12),
      epoch: fc.nat(4),
    }),
  },
);

describe.skipIf(!hasRedis)('the script', () => {
  let server: RedisServer;
  let opened: ReturnType<typeof ioredis>;
  let run: RunScript;

  beforeAll(async () => {
    server = await startRedis();
    opened = ioredis(server.port);
    run = runScripts(opened.client);
  });
  afterAll(async () => {
    opened.close();
    await stopRedis();
  });

  /** A Redis that has just been started does not let anybody grow. */
  async function grown(): Promise<void> {
    await until(async () => {
      await opened.client.flushall();
      return (await scriptCalls(run, 'x', { ...rest, cap: 9, ttlMs: 500 })(first)).held === 3;
    });
  }

  async function follow(terms: Terms, model: ScriptModel, steps: readonly Step[]): Promise<void> {
    const carryOut: CarryOut = scriptCalls(run, 'x', terms);
    await opened.client.flushall();
    const begun = performance.now();
    for (const each of steps) {
      if (each.kind === 'expire') {
        await opened.client.zadd('{x}:owners', 'XX', 1, each.owner);
        const entry = model.owners.get(each.owner);
        if (entry !== undefined) model.owners.set(each.owner, { ...entry, expiresAt: 1 });
      } else {
        const expected = model.carryOut(each, 1000);
        const answer = await carryOut(each);
        // Whatever else ends by itself has not ended by then.
        fc.pre(performance.now() - begun < terms.ttlMs / 2);
        assert.deepEqual(answer, expected);
      }
    }
    const held = Object.entries(await opened.client.hgetall('{x}:held')).map(([id, n]) => [id, Number(n)]);
    assert.deepEqual(
      new Map(held as [string, number][]),
      new Map([...model.owners].map(([id, { held }]) => [id, held])),
    );
  }

  it('grants no more than is claimed while its server is young, as the model does', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(step, { maxLength: 30 }),
      (cap, steps) => follow({ ...rest, cap, ttlMs: 3_600_000 }, new ScriptModel(cap, 3_600_000, 1000), steps),
    );
    await fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 10) });
  }, 60_000);

  it('does what the model does in any order of calls', async () => {
    await grown();
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(step, { maxLength: 30 }),
      (cap, steps) => follow({ ...rest, cap, ttlMs: 500 }, new ScriptModel(cap, 500), steps),
    );
    await fc.assert(property, { seed, numRuns });
  }, 120_000);

  it('ends the share of an owner that is not heard of, by the clock of Redis', async () => {
    await grown();
    const carryOut = scriptCalls(run, 'x', { ...rest, cap: 3, ttlMs: 200 });
    expect(await carryOut({ ...first, owner: 'b' })).toMatchObject({ held: 0, members: 2 });
    await until(async () => (await carryOut({ ...first, owner: 'b', number: Date.now() })).held === 3);
  });

  it('is run by both packages, and by its text where the server does not know it', async () => {
    await grown();
    const other = await nodeRedis(server.port);
    for (const client of [opened.client, other.client]) {
      await opened.client.flushall();
      await opened.client.script('FLUSH');
      const carryOut = scriptCalls(runScripts(client), 'x', { ...rest, cap: 2, ttlMs: 500 });
      expect(await carryOut(first)).toEqual({ status: 'granted', held: 2, shed: 0, members: 1, epoch: 1 });
      expect(await carryOut(first)).toMatchObject({ status: 'late' });
    }
    other.close();
  });

  it('rejects with what Redis says, and for an answer that is none', async () => {
    const terms = { ...rest, cap: 2, ttlMs: 500 };
    await opened.client.set('{wrong}:owners', 'a text');
    await expect(scriptCalls(run, 'wrong', terms)(first)).rejects.toThrow(/WRONGTYPE/);
    await expect(scriptCalls(() => Promise.resolve('OK'), 'x', terms)(first)).rejects.toThrow(TypeError);
  });
});
