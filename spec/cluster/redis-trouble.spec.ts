import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import type { ReplicaProcess, ReplicaReport } from '../support/replicas.ts';
import { until } from '../support/until.ts';
import { CAP, SOON_MS, TEST_TIMEOUT_MS, TTL_MS, clusterWorld, untilHas } from './cluster-world.ts';

async function untilIs(replica: ReplicaProcess, expected: Partial<ReplicaReport>): Promise<void> {
  await until(async () => {
    const report = await replica.report();
    return Object.entries(expected).every(([key, value]) => Reflect.get(report, key) === value);
  }, SOON_MS);
}

describe.skipIf(!hasRedis)('when Redis', { timeout: TEST_TIMEOUT_MS }, () => {
  const world = clusterWorld();

  it('comes back empty: nobody grows at first, nothing is cut, and never is there more than the cap', async () => {
    const first = await world.replica(7);
    await untilHas(first, 7);
    const second = await world.replica(3);
    await untilHas(second, 3);
    await world.redis.kill();
    await untilIs(first, { allowedBy: 'held' });
    await world.redis.start();
    // Somebody who knows nothing of the others asks first.
    const third = await world.replica(CAP, { onEngineDown: 'closed' });
    await untilHas(first, 4);
    await until(async () => (await third.report()).active >= 3, SOON_MS);
    expect(world.upstream.most).toBe(CAP);
    for (const replica of [first, second, third]) expect((await replica.report()).cut).toBe(0);
  });

  it('is away for long: `hold` goes down to an equal share, and begins with one', async () => {
    const first = await world.replica(7);
    const second = await world.replica(3);
    await Promise.all([untilHas(first, 7), untilHas(second, 3)]);
    // By then each has heard that there are two.
    await sleep(TTL_MS / 2);
    await world.redis.kill();
    await untilIs(first, { allowedBy: 'shrunk', active: 5 });
    await untilIs(second, { allowedBy: 'shrunk', active: 3 });
    const third = await world.replica(CAP);
    await untilIs(third, { allowedBy: 'shrunk', active: 1 });
    expect(world.upstream.most).toBe(CAP);
    expect((await first.report()).cut).toBe(0);
    await world.redis.start();
    await Promise.all([first, second, third].map((replica) => untilIs(replica, { allowedBy: 'granted' })));
    expect(world.upstream.most).toBe(CAP);
  });

  it('is away for long: `static` has a fixed share, `closed` none', async () => {
    await world.redis.kill();
    const fixed = await world.replica(CAP, { onEngineDown: 'static', expectedReplicas: 4 });
    const closed = await world.replica(CAP, { onEngineDown: 'closed' });
    await untilIs(fixed, { allowedBy: 'shrunk', active: 2 });
    await untilIs(closed, { allowedBy: 'shrunk', allowed: 0 });
    expect(world.upstream.most).toBe(2);
    await world.redis.start();
  });

  it('cannot be reached by one: `closed` never has more than the cap', async () => {
    const proxy = await world.proxy();
    const first = await world.replica(CAP, { onEngineDown: 'closed' }, proxy.port);
    await untilHas(first, CAP);
    const second = await world.replica(CAP, { onEngineDown: 'closed' });
    await untilHas(second, 5);
    proxy.faults.blackHole = true;
    proxy.freeze();
    await untilHas(second, CAP);
    expect(world.upstream.most).toBe(CAP);
    expect(await first.report()).toMatchObject({ allowed: 0, cut: 0 });
  });

  it('cannot be reached by one: with `hold` that one has an equal share above the cap', async () => {
    const proxy = await world.proxy();
    const first = await world.replica(CAP, {}, proxy.port);
    await untilHas(first, CAP);
    const second = await world.replica(CAP);
    await untilHas(second, 5);
    await sleep(TTL_MS / 2);
    proxy.faults.blackHole = true;
    proxy.freeze();
    await untilHas(second, CAP);
    await untilIs(first, { allowedBy: 'shrunk', active: 5 });
    expect(world.upstream.most).toBe(CAP + 5);
    proxy.faults.blackHole = false;
    proxy.turnTo(world.redis.port);
    await until(async () => {
      const reports = await Promise.all([first.report(), second.report()]);
      return world.upstream.open === CAP && reports.every(({ active }) => active === 5);
    }, SOON_MS);
  });

  it('fails over and has lost grants: all are within the cap again soon after', async () => {
    const proxy = await world.proxy();
    const first = await world.replica(2, {}, proxy.port);
    const second = await world.replica(2, {}, proxy.port);
    await Promise.all([untilHas(first, 2), untilHas(second, 2)]);
    const other = await startRedis(world.redis.port);
    const client = new Redis(other.port, '127.0.0.1');
    await until(async () => (await client.keys('*owners')).length > 0, SOON_MS);
    // It has been up for longer than a share lasts, so it cannot tell that something is missing.
    await until(async () => /uptime_in_seconds:([3-9]|\d\d)/.test(await client.info('server')), SOON_MS);
    await client.replicaof('NO', 'ONE');
    client.disconnect();
    await first.want(8);
    await untilHas(first, 8);
    proxy.turnTo(other.port);
    await second.want(8);
    await until(async () => {
      const reports = await Promise.all([first.report(), second.report()]);
      return world.upstream.open <= CAP && reports.every(({ active }) => active === 5);
    }, SOON_MS);
    for (const replica of [first, second]) expect((await replica.report()).cut).toBe(0);
  });
});
