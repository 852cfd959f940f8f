import { CpuTime } from './support/cpu-time.ts';
import { originOf } from './support/machine.ts';
import { type Contender, stdioContenders, tcpContenders } from './support/mcp-contenders.ts';
import type { Requester } from './support/requesters.ts';
import { type Ratio, isMet } from './support/result.ts';
import { type Repeated, type Spread, roundRobinRounds } from './support/rounds.ts';
import { startWorkServer } from './support/start-work-server.ts';
import { aligned, ratioLine } from './support/table.ts';
import { type Workload, write } from './support/workload.ts';

const AT_ONCE = [1, 10, 100];

/** What one contender came to. */
interface McpResult {
  readonly name: string;
  readonly atOnce: number;
  readonly requestsPerSecond: number;
  /** Its throughput over that of the bare client that does the same, round by round. */
  readonly overBare: Spread;
  /** What a request costs this process. */
  readonly cpuUs: number;
  readonly atLeast: number | undefined;
}

/** Requests a second through the pool, against one bare client of the official SDK. */
export const mcp: Workload = {
  name: 'mcp',
  summary: 'requests at once through the pool and through one bare SDK client, over TCP and stdio',
  run: async (quick) => {
    const results: McpResult[] = [];
    const server = await startWorkServer();
    try {
      for (const atOnce of AT_ONCE) {
        results.push(...(await compare('TCP', tcpContenders(server.port, atOnce), atOnce, quick)));
        results.push(...(await compare('stdio', stdioContenders(atOnce), atOnce, quick)));
      }
    } finally {
      await server.stop();
    }
    tell(results, quick);
  },
};

async function compare(
  where: string,
  contenders: readonly Contender[],
  atOnce: number,
  quick: boolean,
): Promise<McpResult[]> {
  process.stderr.write(`  ${where}, ${atOnce} at once: ${contenders.length} contenders\n`);
  const open: Requester[] = [];
  try {
    const cpu = new CpuTime();
    const peers: Repeated[] = [];
    for (const contender of contenders) {
      const { name } = contender;
      const requester = await contender.open();
      open.push(requester);
      peers.push(cpu.watch({ name, times: timesOf(atOnce, quick), run: (times) => requester.send(times, atOnce) }));
    }
    const rounds = await roundRobinRounds(peers, quick ? 5 : 21);
    return contenders.map(({ name, base, atLeast }) => ({
      name: `${where}, ${name}`,
      atOnce,
      requestsPerSecond: 1e9 / rounds.ns(name).median,
      overBare: rounds.ratio(base, name),
      cpuUs: cpu.us(name),
      atLeast,
    }));
  } finally {
    await Promise.all(open.map((requester) => requester.close()));
  }
}

/** One at a time each request waits for the other process to wake up. */
function timesOf(atOnce: number, quick: boolean): number {
  const times = atOnce === 1 ? 500 : 2000;
  return quick ? times / 2 : times;
}

function tell(results: readonly McpResult[], quick: boolean): void {
  const origin = originOf();
  const { cpu, cores, node, commit } = origin;
  const about = `${cpu}, ${cores} cores, Node ${node}, commit ${commit}${quick ? ', quick' : ''}`;
  const table = aligned(
    ['case', 'at once', 'requests/s', 'times the bare client', 'half of the rounds', 'CPU µs'],
    results.map(cellsOf),
  );
  const ratios = results.flatMap(ratioOf);
  process.stdout.write(`\n${['mcp', about, '', table, '', ...ratios.map(ratioLine)].join('\n')}\n\n`);
  write('mcp', { name: 'mcp', quick, ...origin, results, ratios: ratios.map((r) => ({ ...r, met: isMet(r) })) });
}

function cellsOf({ name, atOnce, requestsPerSecond, overBare, cpuUs }: McpResult): string[] {
  const { median, low, high } = overBare;
  const half = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return [name, String(atOnce), requestsPerSecond.toFixed(0), median.toFixed(2), half, cpuUs.toFixed(1)];
}

function ratioOf({ name, atOnce, overBare, atLeast }: McpResult): Ratio[] {
  if (atLeast === undefined) return [];
  return [
    {
      name: `${name}, ${atOnce} at once: throughput over the bare client`,
      value: overBare.median,
      target: { atLeast },
    },
  ];
}
