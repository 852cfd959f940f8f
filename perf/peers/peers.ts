import type { Extent } from '../support/extent.ts';
import { ENOUGH_LAUNCHES, type Launches, measureLaunches } from '../support/launches.ts';
import { originOf } from '../support/machine.ts';
import { judged } from '../support/result.ts';
import { aboutLine, ratioLine } from '../support/table.ts';
import { type Workload, keep } from '../support/workload.ts';
import type { Contest } from './contest.ts';
import { contests, timeouts } from './contests.ts';
import { waiterBytes } from './footprint.ts';
import { roster } from './roster.ts';
import { costTable, likeTable, resultsOf } from './tables.ts';
import { type Findings, verdictsOf } from './verdict.ts';

/** Ours among other people's pools, all contests in one run. */
export const peers: Workload = {
  name: 'peers',
  summary: 'other pools and bare lists side by side: time, waiters, timeouts, memory; about 8 minutes',
  run: async (extent) => {
    const held = new Map<Contest, Launches>();
    for (const contest of contests) held.set(contest, await hold(contest, extent));
    tell('peers', { contests: held, waiterBytes: await footprints() }, extent);
  },
};

/** One contest by itself. */
export const peersParts: readonly Workload[] = [
  ...contests.map((contest) => partOf(contest)),
  {
    name: 'peers/memory',
    summary: 'what one of 10 000 waiters takes of the heap',
    run: async (extent) => tell('peers/memory', { contests: new Map(), waiterBytes: await footprints() }, extent),
  },
];

function partOf(contest: Contest): Workload {
  const name = `peers/${contest.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return {
    name,
    summary: contest.summary,
    run: async (extent) =>
      tell(name, { contests: new Map([[contest, await hold(contest, extent)]]), waiterBytes: new Map() }, extent),
  };
}

async function hold(contest: Contest, { launches }: Extent): Promise<Launches> {
  const since = performance.now();
  const held = await measureLaunches(contest, launches, contest.rounds);
  const seconds = (performance.now() - since) / 1000;
  process.stderr.write(`  ${contest.name}: ${launches} launches, ${seconds.toFixed(1)} s\n`);
  return held;
}

async function footprints(): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const peer of roster) bytes.set(peer.name, await waiterBytes(peer));
  process.stderr.write(`  memory: ${roster.length} peers\n`);
  return bytes;
}

function tell(name: string, findings: Findings, { launches, quick, folder }: Extent): void {
  const isEnough = launches >= ENOUGH_LAUNCHES;
  const origin = originOf();
  const verdicts = verdictsOf(findings);
  const lines = [
    ...[name, aboutLine(origin, `${launches} launches`), '', costTable(findings), ''],
    ...(findings.contests.size > 0 ? [likeTable(findings), ''] : []),
    ...verdicts.map((verdict) => ratioLine(verdict, isEnough)),
  ];
  process.stdout.write(`\n${lines.join('\n').trimEnd()}\n\n`);
  const left = findings.contests.get(timeouts);
  keep(folder, name.replaceAll('/', '.'), {
    name,
    quick,
    launches,
    ...origin,
    results: resultsOf(findings),
    ...(left && { leftInQueue: Object.fromEntries(left.names.map((each) => [each, left.left(each)])) }),
    waiterBytes: Object.fromEntries(findings.waiterBytes),
    ratios: verdicts.map((verdict) => judged(verdict, isEnough)),
  });
}
