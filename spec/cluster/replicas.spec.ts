import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { CAP, SOON_MS, TEST_TIMEOUT_MS, TTL_MS, clusterWorld, untilHas } from './cluster-world.ts';

describe.skipIf(!hasRedis)('replicas under one cap, as the server counts them', { timeout: TEST_TIMEOUT_MS }, () => {
  const world = clusterWorld();

  it('have the share of one that is killed, and never more than the cap', async () => {
    const first = await world.replica(7);
    await untilHas(first, 7);
    const second = await world.replica(3);
    await untilHas(second, 3);
    await first.kill();
    await second.want(CAP);
    const tookMs = await untilHas(second, CAP);
    expect(world.upstream.most).toBe(CAP);
    // Its time and a quarter; the rest is room for a busy machine.
    expect(tookMs).toBeLessThan(1.25 * TTL_MS + 2000);
  });

  it('have a fair share each when others come, whose own is not cut off', async () => {
    const first = await world.replica(CAP);
    await untilHas(first, CAP);
    const second = await world.replica(CAP);
    await Promise.all([untilHas(first, 5), untilHas(second, 5)]);
    const third = await world.replica(CAP);
    const all = [first, second, third];
    await until(async () => {
      const reports = await Promise.all(all.map((replica) => replica.report()));
      return reports.every(({ active }) => active >= 3) && reports.reduce((sum, { active }) => sum + active, 0) === CAP;
    }, SOON_MS);
    expect(world.upstream.most).toBe(CAP);
    for (const replica of all) expect(await replica.report()).toMatchObject({ cut: 0, allowedBy: 'granted' });
  });

  it('have what another gives back that closes its pool, without waiting for its time to pass', async () => {
    const ttlMs = 4 * TTL_MS;
    const first = await world.replica(CAP, { ttlMs });
    await untilHas(first, CAP);
    const second = await world.replica(1, { ttlMs });
    const closed = first.close();
    await second.want(CAP);
    await closed;
    expect(await untilHas(second, CAP)).toBeLessThan(ttlMs - 500);
    expect(world.upstream.most).toBe(CAP);
  });

  it('ask Redis once in a quarter of the time of their share, however busy they are', async () => {
    const replica = await world.replica(CAP);
    await untilHas(replica, CAP);
    const client = new Redis(world.redis.port, '127.0.0.1');
    const callsSoFar = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1]);
    const since = performance.now();
    const [calls, { uses }] = [await callsSoFar(), await replica.report()];
    await until(async () => (await callsSoFar()) >= calls + 6, SOON_MS);
    const calledMs = performance.now() - since;
    expect((await replica.report()).uses - uses).toBeGreaterThan(100);
    // The first may have been due at once.
    expect(calledMs).toBeGreaterThanOrEqual((5 * TTL_MS) / 4);
    client.disconnect();
  });

  it('are too many for a while when one was stopped, until it goes on and knows', async () => {
    const first = await world.replica(CAP);
    await untilHas(first, CAP);
    const second = await world.replica(1);
    first.child.kill('SIGSTOP');
    await second.want(CAP);
    await untilHas(second, CAP);
    expect(world.upstream.most).toBe(2 * CAP);
    first.child.kill('SIGCONT');
    await until(() => world.upstream.open <= CAP, SOON_MS);
    await sleep(TTL_MS / 2);
    expect(world.upstream.open).toBeLessThanOrEqual(CAP);
    const { modes } = await first.report();
    expect(modes).toContain('shrunk');
  });
});
