import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { dashboard } from './dashboard.ts';
import { dashboardFrames } from './dashboard-frames.ts';
import { gateway } from './gateway.ts';
import { gatewaySessions } from './gateway-sessions.ts';
import { benches, micro } from './micro/micro.ts';
import { peers, peersParts } from './peers/peers.ts';
import { pool10To1000 } from './pool-10-to-1000.ts';
import { poolStrategies } from './pool-strategies.ts';
import { poolUtilization } from './pool-utilization.ts';
import { poolVsNoPool } from './pool-vs-no-pool.ts';
import { causeChain } from './support/cause-chain.ts';
import { EXTENT_HELP, type Extent, extentOf, extentOptions } from './support/extent.ts';
import type { Workload } from './support/workload.ts';
import { wires, wiresParts } from './wires/wires.ts';

const named: readonly Workload[] = [pool10To1000, poolStrategies, poolUtilization, poolVsNoPool];
const all: readonly Workload[] = [
  ...named,
  peers,
  ...peersParts,
  wires,
  ...wiresParts,
  gateway,
  gatewaySessions,
  dashboard,
  dashboardFrames,
  micro,
  ...benches,
];

const help = `npm run perf [name] [-- flags]

Without a name, the first four, one after another.

${all.map(({ name, summary }) => `  ${name.padEnd(34)} ${summary}`).join('\n')}

${EXTENT_HELP}

Exits with 1 when a workload breaks off, 2 when it does not understand.
`;

interface Request {
  readonly chosen: readonly Workload[];
  readonly extent: Extent;
  readonly help: boolean;
}

/** What the command line asks for; a string is what is wrong with it. */
function asked(): Request | string {
  try {
    const options = { ...extentOptions, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const chosen = all.filter(({ name }) => positionals.includes(name));
    const unknown = positionals.find((name) => !all.some((workload) => workload.name === name));
    if (unknown !== undefined) return `no workload "${unknown}": ${all.map(({ name }) => name).join(', ')}`;
    const extent = extentOf(values);
    if (typeof extent === 'string') return extent;
    return { chosen: positionals.length === 0 ? named : chosen, extent, help: values.help === true };
  } catch (error) {
    return causeChain(error);
  }
}

async function main(): Promise<void> {
  const request = asked();
  if (typeof request === 'string') {
    process.stderr.write(`${request}\n`);
    process.exitCode = 2;
  } else if (request.help) {
    process.stdout.write(help);
  } else {
    // Code that was compiled for one case must not be thrown away while another one runs.
    setFlagsFromString('--no-flush-bytecode');
    for (const workload of request.chosen) await run(workload, request.extent);
  }
}

/** Runs it; what stops it ends the program, in one line. */
async function run(workload: Workload, extent: Extent): Promise<void> {
  const fail = (error: unknown): never => {
    process.stderr.write(`${workload.name}: ${causeChain(error)}\n`);
    // Servers and other processes that are still there end with this one.
    process.exit(1);
  };
  // Whatever nobody awaits at that moment, such as a process between its turns.
  process.once('uncaughtException', fail);
  await workload.run(extent).catch(fail);
  process.off('uncaughtException', fail);
}

await main();
