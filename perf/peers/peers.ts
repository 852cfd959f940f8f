import { originOf } from '../support/machine.ts';
import { type Measured, measureRows } from '../support/measure-rows.ts';
import { isMet } from '../support/result.ts';
import type { RowTable } from '../support/row.ts';
import { ratioLine } from '../support/table.ts';
import { type Workload, write } from '../support/workload.ts';
import { burst, contended, contendedImmediate, contendedWithTimeout, sequential, timeouts } from './contests.ts';
import { waiterBytes } from './footprint.ts';
import { roster } from './roster.ts';
import { costTable, ratioTable, resultsOf } from './tables.ts';
import { type Findings, verdictsOf } from './verdict.ts';

/** Ours among other people's pools, in one run. */
export const peers: Workload = {
  name: 'peers',
  summary: 'other pools and bare lists side by side: time, waiters, timeouts, memory',
  run: async (quick) => {
    tell(
      {
        sequential: await held(sequential, quick ? 5 : 21),
        contended: await held(contended, quick ? 5 : 21),
        immediate: await held(contendedImmediate, quick ? 5 : 21),
        limited: await held(contendedWithTimeout, quick ? 5 : 21),
        burst: await held(burst, quick ? 5 : 21),
        timeouts: await held(timeouts, quick ? 3 : 7),
        waiterBytes: await footprints(),
      },
      quick,
    );
  },
};

async function held(contest: RowTable, rounds: number): Promise<Measured> {
  const since = performance.now();
  const measured = await measureRows(contest, rounds);
  const seconds = (performance.now() - since) / 1000;
  process.stderr.write(`  ${contest.name}: ${rounds} rounds, ${seconds.toFixed(1)} s\n`);
  return measured;
}

async function footprints(): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const peer of roster) bytes.set(peer.name, await waiterBytes(peer));
  process.stderr.write(`  memory: ${roster.length} peers\n`);
  return bytes;
}

function tell(findings: Findings, quick: boolean): void {
  const verdicts = verdictsOf(findings);
  const origin = originOf();
  const { cpu, cores, node, commit } = origin;
  const about = `${cpu}, ${cores} cores, Node ${node}, commit ${commit}${quick ? ', quick' : ''}`;
  const lines = ['peers', about, '', costTable(findings), '', ratioTable(findings), '', ...verdicts.map(ratioLine)];
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
  const left = Object.fromEntries(findings.timeouts.left);
  write('peers', {
    name: 'peers',
    quick,
    ...origin,
    results: resultsOf(findings),
    leftInQueue: left,
    waiterBytes: Object.fromEntries(findings.waiterBytes),
    ratios: verdicts.map((verdict) => ({ ...verdict, met: isMet(verdict) })),
  });
}
