import { loadavg } from 'node:os';
import type { Contender } from './gateway/contenders/contender.ts';
import { contenders } from './gateway/contenders/contenders.ts';
import { peers } from './gateway/contenders/peers.ts';
import { promised } from './gateway/promises.ts';
import { type TurnsPlan, takeTurns } from './gateway/take-turns.ts';
import type { Turns } from './gateway/turns.ts';
import { causeChain } from './support/cause-chain.ts';
import type { Extent } from './support/extent.ts';
import { ENOUGH_LAUNCHES } from './support/launches.ts';
import { originOf } from './support/machine.ts';
import { judged } from './support/result.ts';
import type { Spread } from './support/rounds.ts';
import { aboutLine, aligned, ratioLine } from './support/table.ts';
import { type Workload, keep } from './support/workload.ts';

/** What the gateway costs, next to what it is made of, what it stands before, and what others cost. */
export const gateway: Workload = {
  name: 'gateway',
  summary: 'clients over HTTP: the gateway, bare node:http, the SDK, mcp-proxy, supergateway; needs /proc, 10 minutes',
  run: async (extent) => {
    const all = [...contenders, ...peersOrNone()];
    const before = loadNow();
    const turns = await takeTurns(all, planOf(extent), (line) => process.stderr.write(`  gateway: ${line}\n`));
    tell(all, turns, extent, `load average ${before} before, ${loadNow()} after`);
  },
};

function planOf({ quick, launches }: Extent): TurnsPlan {
  return quick
    ? { launches: 1, rounds: 1, ms: 250, leadInRequests: 500 }
    : { launches, rounds: 2, ms: 500, leadInRequests: 10_000 };
}

/** Those from npm, where they can be had. */
function peersOrNone(): readonly Contender[] {
  try {
    return peers();
  } catch (error) {
    process.stderr.write(`  without other gateways: ${causeChain(error)}\n`);
    return [];
  }
}

function loadNow(): string {
  return (loadavg()[0] ?? NaN).toFixed(1);
}

function tell(all: readonly Contender[], turns: Turns, { quick, launches, folder }: Extent, load: string): void {
  const origin = originOf();
  const isEnough = !quick && launches >= ENOUGH_LAUNCHES;
  const results = [...new Set(all.flatMap(({ clients }) => clients))].flatMap((clients) =>
    all.filter(({ name }) => turns.has(name, clients)).map(({ name }) => resultOf(turns, name, clients)),
  );
  const ratios = promised(turns);
  const headings = [
    'contender',
    'clients',
    'requests/s',
    'all launches',
    'p50 ms',
    'p99 ms',
    'CPU µs',
    'of its servers',
  ];
  const table = aligned(headings, results.map(cellsOf));
  const about = aboutLine(origin, ...(quick ? ['quick'] : []), load);
  const verdicts = ratios.map((ratio) => ratioLine(ratio, isEnough));
  process.stdout.write(`\n${['gateway', about, '', table, '', ...verdicts].join('\n')}\n\n`);
  keep(folder, 'gateway', {
    name: 'gateway',
    quick,
    launches: quick ? 1 : launches,
    load,
    ...origin,
    results,
    ratios: ratios.map((ratio) => judged(ratio, isEnough)),
  });
}

/** One line of the table. */
interface Result {
  readonly name: string;
  readonly clients: number;
  readonly requestsPerSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Of the process that serves HTTP, for one request. */
  readonly cpuUs: Spread;
  /** Of the processes behind it. */
  readonly serversCpuUs: Spread;
}

function resultOf(turns: Turns, name: string, clients: number): Result {
  return {
    name,
    clients,
    requestsPerSecond: turns.of('perSecond', name, clients),
    p50Ms: turns.of('p50Ms', name, clients),
    p99Ms: turns.of('p99Ms', name, clients),
    cpuUs: turns.of('ownUs', name, clients),
    serversCpuUs: turns.of('serversUs', name, clients),
  };
}

function cellsOf({ name, clients, requestsPerSecond, p50Ms, p99Ms, cpuUs, serversCpuUs }: Result): string[] {
  const { median, low, high } = requestsPerSecond;
  return [
    name,
    String(clients),
    median.toFixed(0),
    `${low.toFixed(0)}-${high.toFixed(0)}`,
    p50Ms.median.toFixed(2),
    p99Ms.median.toFixed(2),
    cpuUs.median.toFixed(1),
    serversCpuUs.median === 0 ? '-' : serversCpuUs.median.toFixed(1),
  ];
}
