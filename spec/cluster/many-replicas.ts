import { scriptCalls } from '../../lib/cluster/allowance-script.ts';
import type { Call } from '../../lib/cluster/call.ts';
import { runScripts } from '../../lib/cluster/redis-client.ts';
import type { Terms } from '../../lib/cluster/terms.ts';
import { ioredis } from '../support/redis-clients.ts';
import { type RedisServer, startRedis, stopRedis } from '../support/redis-server.ts';
import { OwnerSimulation } from './owner-simulation.ts';

// What one Redis bears, as a table: how often so many replicas call and when late ones have their share, by the simulation,
// and how long the script takes in a real Redis that knows so many.

const calm = { lost: 0, doubled: 0, latencyMs: 0, drift: 0.05, crashes: 0, restarts: 0, cuts: 0 };

function termsFor(replicas: number): Terms {
  return { cap: 4 * replicas, ttlMs: 10_000, onEngineDown: 'hold', expectedReplicas: replicas, bootstrapShare: 1 };
}

/** Half of the replicas have all, then the others come. */
function simulated(replicas: number): { readonly callsPerSecond: number; readonly fairAfterMs: number } {
  const terms = termsFor(replicas);
  const simulation = new OwnerSimulation({ seed: 1, replicas, terms, weather: calm });
  const late = new Set(simulation.replicas.slice(replicas / 2));
  for (const replica of simulation.replicas) replica.want(late.has(replica) ? 0 : terms.cap);
  passTime(simulation, 3 * terms.ttlMs);
  for (const replica of late) replica.want(terms.cap);
  const [since, before] = [simulation.now, simulation.calls];
  while (simulation.replicas.some(({ held }) => held < 4) && simulation.now < since + 20 * terms.ttlMs) {
    simulation.step(true);
  }
  const fairAfterMs = simulation.now - since;
  passTime(simulation, 2 * terms.ttlMs);
  return { callsPerSecond: (1000 * (simulation.calls - before)) / (simulation.now - since), fairAfterMs };
}

function passTime(simulation: OwnerSimulation, ms: number): void {
  for (const until = simulation.now + ms; simulation.now < until;) simulation.step(true);
}

/** How many microseconds one call takes in Redis itself, where so many owners are known. */
async function inRedis(server: RedisServer, replicas: number): Promise<number> {
  const opened = ioredis(server.port);
  const { client } = opened;
  const carryOut = scriptCalls(runScripts(client), 'many', { ...termsFor(replicas), ttlMs: 3_600_000 });
  const callOf = (i: number, kind: Call['kind'], number: number): Call => {
    return { kind, owner: `owner ${i}`, number, claim: 4, want: 4, epoch: 0 };
  };
  for (let i = 0; i < replicas; i++) await carryOut(callOf(i, 'join', 1));
  await client.config('RESETSTAT');
  for (let i = 0; i < 2000; i++) await carryOut(callOf(i % replicas, 'take', 2 + i));
  const stats = await client.info('commandstats');
  await client.flushall();
  opened.close();
  return Number(/cmdstat_evalsha:.*?usec_per_call=([\d.]+)/.exec(stats)?.[1]);
}

const server = await startRedis();
const lines = [
  '| replicas | calls a second | a call in Redis | of one core | late ones have their share |',
  '|---|---|---|---|---|',
];
for (const replicas of [10, 100, 1000]) {
  const { callsPerSecond, fairAfterMs } = simulated(replicas);
  const usec = await inRedis(server, replicas);
  const share = (callsPerSecond * usec) / 10_000;
  const cells = [replicas, callsPerSecond.toFixed(0), `${usec.toFixed(0)} µs`, `${share.toFixed(2)} %`];
  lines.push(`| ${cells.join(' | ')} | after ${(fairAfterMs / 1000).toFixed(1)} s |`);
}
process.stdout.write(`${lines.join('\n')}\n`);
await stopRedis();
