import { originOf } from '../support/machine.ts';
import { measureRows } from '../support/measure-rows.ts';
import { type Ratio, isMet } from '../support/result.ts';
import type { Rounds } from '../support/rounds.ts';
import { aligned, ratioLine } from '../support/table.ts';
import { type Workload, write } from '../support/workload.ts';
import type { Bench } from './bench.ts';

/** A bench as it is asked for on the command line. */
export function workloadOf(bench: Bench): Workload {
  return { name: `micro/${bench.name}`, summary: bench.summary, run: (quick) => runBench(bench, quick) };
}

/** Measures the rows in turns, prints them and keeps them in `perf/results`. */
async function runBench(bench: Bench, quick: boolean): Promise<void> {
  const { rounds } = await measureRows(bench, quick ? 5 : 21);
  tell(bench, rounds, quick);
}

function tell(bench: Bench, rounds: Rounds, quick: boolean): void {
  const ratios = bench.targets.map(({ name, row, over, atMost }): Ratio => ({
    name,
    value: rounds.ratio(row, over).median,
    target: { atMost },
  }));
  const name = `micro/${bench.name}`;
  const origin = originOf();
  const { cpu, cores, node, commit } = origin;
  const about = `${cpu}, ${cores} cores, Node ${node}, commit ${commit}${quick ? ', quick' : ''}`;
  const lines = [name, about, '', tableOf(bench, rounds), '', ...ratios.map(ratioLine)];
  process.stdout.write(`\n${lines.join('\n').trimEnd()}\n\n`);
  write(name.replaceAll('/', '.'), {
    name,
    quick,
    ...origin,
    results: [...bench.rows].map(([row, { over }]) => ({ name: row, ...resultOf(rounds, row, over) })),
    ratios: ratios.map((ratio) => ({ ...ratio, met: isMet(ratio) })),
  });
}

function tableOf(bench: Bench, rounds: Rounds): string {
  const cells = [...bench.rows].map(([name, { over }]) => {
    const { ns, low, high, times } = resultOf(rounds, name, over);
    return [name, ns.toFixed(1), `${low.toFixed(1)}-${high.toFixed(1)}`, times?.toFixed(2) ?? '', over ?? ''];
  });
  return aligned(['case', `ns ${bench.unit}`, 'half between', 'times', 'of'], cells);
}

function resultOf(
  rounds: Rounds,
  name: string,
  over: string | undefined,
): { ns: number; low: number; high: number; times?: number } {
  const { median: ns, low, high } = rounds.ns(name);
  return over === undefined ? { ns, low, high } : { ns, low, high, times: rounds.ratio(name, over).median };
}
