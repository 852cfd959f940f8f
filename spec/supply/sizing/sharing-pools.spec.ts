import assert from 'node:assert/strict';
import fc, { type Arbitrary } from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Pool, createPool, sharedAllowance } from '../../../lib/index.ts';
import { chosenRuns, chosenSeed } from '../../support/chosen.ts';
import { CountedUpstream, type UpstreamBehaviour } from '../../support/counted-upstream.ts';
import { codeOf } from '../../support/outcome.ts';
import { pass, resumeTime, stopTime } from '../../support/virtual-time.ts';
import { watchPromise } from '../../support/watch-promise.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const numRuns = chosenRuns('SHARING_RUNS', 500);
const seed = chosenSeed('SHARING_SEED');

/** One pool, and those who use it: each so often, one after the other. Times are in milliseconds. */
interface Sharer {
  readonly minSize: number;
  /** How much more than `minSize` and one `maxSize` is. */
  readonly room: number;
  readonly maxUses: number | undefined;
  readonly maxLeasesPerConnection: number;
  readonly clients: number;
  readonly uses: number;
  readonly useMs: number;
  readonly startsAt: number;
  readonly closesAt: number;
}

interface World {
  readonly limit: number;
  readonly sharers: readonly Sharer[];
  readonly behaviour: UpstreamBehaviour;
}

const sharer: Arbitrary<Sharer> = fc.record({
  minSize: fc.constantFrom(0, 0, 1, 3),
  room: fc.nat(4),
  maxUses: fc.constantFrom(undefined, undefined, 1, 3),
  maxLeasesPerConnection: fc.constantFrom(1, 1, 2),
  clients: fc.nat(6),
  uses: fc.integer({ min: 1, max: 5 }),
  useMs: fc.constantFrom(0, 3, 20, 60),
  startsAt: fc.constantFrom(0, 0, 5, 30, 100),
  closesAt: fc.constantFrom(Infinity, Infinity, Infinity, 20, 80),
});

const world: Arbitrary<World> = fc.record({
  limit: fc.integer({ min: 1, max: 7 }),
  sharers: fc.array(sharer, { minLength: 1, maxLength: 5 }),
  behaviour: fc.record({
    connectMs: fc.constantFrom(0, 2, 10),
    closeMs: fc.constantFrom(0, 1, 15),
    failsOneIn: fc.constantFrom(0, 0, 4),
    diesAfterMs: fc.constantFrom(Infinity, Infinity, 25),
  }),
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Uses the pool until all is done; whoever finds it closed is done as well. */
async function client(pool: Pool<number>, { startsAt, uses, useMs }: Sharer): Promise<void> {
  await sleep(startsAt);
  for (let use = 0; use < uses; use++) {
    try {
      await pool.use(() => sleep(useMs));
    } catch (error) {
      if (codeOf(error) === 'POOL_CLOSED') return;
      // Where nothing could be reached, or what was reached died, one asks again.
      if (codeOf(error) !== 'POOL_CONNECT_FAILED' && codeOf(error) !== 'POOL_CONNECTION_LOST') throw error;
      await sleep(5);
    }
  }
}

/** The pools, and what their users do with them. */
function open({ limit, sharers, behaviour }: World): {
  pools: Pool<number>[];
  work: Promise<unknown>;
  upstream: CountedUpstream;
} {
  const upstream = new CountedUpstream(behaviour);
  const allowance = sharedAllowance(limit);
  const pools = sharers.map(({ minSize: least, room, maxUses, maxLeasesPerConnection }, i) => {
    // Whoever keeps the last connections for ever leaves none for those who have none.
    const minSize = limit < sharers.length ? 0 : least;
    const sizes = { minSize, maxSize: minSize + room + 1, maxLeasesPerConnection, ...(maxUses && { maxUses }) };
    const times = { checkoutTimeoutMs: 0, idleTimeoutMs: 40, connectBackoff: { minMs: 2, maxMs: 10 } };
    return createPool({ ...upstream.connector, ...sizes, ...times, allowance, name: `pool ${i}`, seed: i });
  });
  const work = pools.flatMap((pool, i) => {
    const user = sharers[i];
    return user === undefined ? [] : Array.from({ length: user.clients }, () => client(pool, user));
  });
  return { pools, work: Promise.all(work), upstream };
}

it('never has more connections than the bound over all pools, and serves everybody in the end', async () => {
  const property = fc.asyncProperty(world, async (drawn) => {
    const { pools, work, upstream } = open(drawn);
    const closing = drawn.sharers.map(async ({ closesAt }, i) => {
      if (closesAt === Infinity) return;
      await sleep(closesAt);
      await pools[i]?.close();
    });
    const isDone = watchPromise(Promise.all([work, ...closing]));
    for (let ms = 0; ms < 10_000 && !isDone(); ms += 50) {
      await pass(50);
      let allowed = 0;
      for (const { state } of pools) allowed += state.phase === 'open' ? state.allowed : 0;
      assert(allowed <= drawn.limit, `${allowed} are allowed in all`);
    }
    assert(isDone(), 'somebody still waits');
    const isClosed = watchPromise(Promise.all(pools.map((pool) => pool.close())));
    await pass(100);
    assert(isClosed(), 'a pool does not close');
    assert(upstream.most <= drawn.limit, `${upstream.most} connections at once, no more than ${drawn.limit} may be`);
    assert.equal(upstream.count, 0, 'connections are left');
  });
  await fc.assert(property, { seed, numRuns });
}, 120_000);

it.each([
  [10, 3, 3],
  [7, 2, 3],
  [3, 5, 0],
])(
  'gives each its fair share of %i among %i within the time of a few uses: at least %i',
  async (limit, count, fair) => {
    const sharers = Array.from({ length: count }, (_, i) => ({
      ...{ minSize: 0, room: 20, maxUses: undefined, maxLeasesPerConnection: 1 },
      ...{ clients: 20, uses: 1000, useMs: 10, startsAt: 100 * i, closesAt: Infinity },
    }));
    const drawn: World = {
      limit,
      sharers,
      behaviour: { connectMs: 5, closeMs: 1, failsOneIn: 0, diesAfterMs: Infinity },
    };
    const { pools, work, upstream } = open(drawn);
    for (let newest = 0; newest < count; newest++) {
      await pass(90);
      const least = Math.min(fair, Math.floor(limit / (newest + 1)));
      for (const { state } of pools.slice(0, newest + 1)) expect(state.active).toBeGreaterThanOrEqual(least);
      await pass(10);
    }
    expect(upstream.most).toBe(limit);
    const closing = Promise.all(pools.map((pool) => pool.close()));
    await pass(200);
    await Promise.all([work, closing]);
  },
);
