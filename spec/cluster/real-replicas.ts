import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis, stopRedis } from '../support/redis-server.ts';
import { CountingServer, ReplicaProcess } from '../support/replicas.ts';

// How long it takes until replicas have what is theirs, as a table: real processes, a real Redis, and the connections that
// their server counts.

const CAP = 10;
const TTL_MS = 2000;

/** What there is of one measurement. */
interface Measured {
  readonly upstream: CountingServer;
  readonly start: (want: number) => Promise<ReplicaProcess>;
}

async function measure(redis: RedisServer, what: string, run: (measured: Measured) => Promise<string>): Promise<void> {
  const upstream = new CountingServer();
  await upstream.start();
  const started: ReplicaProcess[] = [];
  const allowance = { name: what, cap: CAP, ttlMs: TTL_MS };
  const start = async (want: number): Promise<ReplicaProcess> => {
    const ports = { redisPort: redis.port, upstreamPort: upstream.port };
    const replica = new ReplicaProcess({ replica: `replica ${started.length}`, ...ports, allowance, useMs: 20 });
    started.push(replica);
    await replica.want(0);
    await has(replica, 0, want);
    return replica;
  };
  const result = await run({ upstream, start });
  process.stdout.write(`| ${what} | ${result} | ${upstream.most} |\n`);
  await Promise.all(started.map((replica) => replica.kill()));
  await upstream.stop();
}

/** Has a replica want so many; resolves when it has at least so many, with the milliseconds that took. */
async function has(replica: ReplicaProcess, least: number, want = least): Promise<string> {
  const since = performance.now();
  await replica.want(want);
  while ((await replica.report()).active < least) await sleep(2);
  return `${Math.round(performance.now() - since)} ms`;
}

const redis = await startRedis();
// Until then nobody would be granted more.
await sleep(TTL_MS + 2000);
process.stdout.write('| what happens | it takes | connections at most |\n|---|---|---|\n');
await measure(redis, 'one that has 7 is killed, the other gets all 10', async ({ start }) => {
  const [first, second] = [await start(7), await start(3)];
  await Promise.all([has(first, 7), has(second, 3)]);
  await first.kill();
  return has(second, CAP);
});
await measure(redis, 'one that has 10 is stopped, the other gets all 10', async ({ start }) => {
  const [first, second] = [await start(CAP), await start(0)];
  await has(first, CAP);
  first.child.kill('SIGSTOP');
  return has(second, CAP);
});
await measure(redis, 'and the first goes on, until both are within the cap', async ({ start, upstream }) => {
  const [first, second] = [await start(CAP), await start(0)];
  await has(first, CAP);
  first.child.kill('SIGSTOP');
  await has(second, CAP);
  const since = performance.now();
  first.child.kill('SIGCONT');
  while (upstream.open > CAP) await sleep(1);
  return `${Math.round(performance.now() - since)} ms`;
});
await measure(redis, 'a second comes late, and has 5', async ({ start }) => {
  const [first, second] = [await start(CAP), await start(0)];
  await has(first, CAP);
  return has(second, 5, CAP);
});
await measure(redis, 'a third comes late, and has 3', async ({ start }) => {
  const [first, second, third] = [await start(CAP), await start(0), await start(0)];
  await has(first, CAP);
  await has(second, 5, CAP);
  return has(third, 3, CAP);
});
await stopRedis();
