import type { Extent } from '../support/extent.ts';
import { ENOUGH_LAUNCHES, type Launches, measureLaunches } from '../support/launches.ts';
import { originOf } from '../support/machine.ts';
import { judged } from '../support/result.ts';
import type { Spread } from '../support/rounds.ts';
import { ratioOf } from '../support/row-target.ts';
import { aboutLine, aligned, ratioLine } from '../support/table.ts';
import { type Workload, keep } from '../support/workload.ts';
import type { Bench } from './bench.ts';

/** Of each launch. */
const ROUNDS = 7;

/** A bench as it is asked for on the command line. */
export function workloadOf(bench: Bench): Workload {
  return { name: `micro/${bench.name}`, summary: bench.summary, run: (extent) => runBench(bench, extent) };
}

/** Measures the rows in turns, prints them and keeps them. */
async function runBench(bench: Bench, extent: Extent): Promise<void> {
  tell(bench, await measureLaunches(bench, extent.launches, ROUNDS), extent);
}

function tell(bench: Bench, measured: Launches, { quick, launches, folder }: Extent): void {
  const isEnough = launches >= ENOUGH_LAUNCHES;
  const ratios = bench.targets.map((target) => ratioOf(target, measured));
  const name = `micro/${bench.name}`;
  const origin = originOf();
  const lines = [
    ...[name, aboutLine(origin, `${launches} launches`), '', tableOf(bench, measured), ''],
    ...ratios.map((ratio) => ratioLine(ratio, isEnough)),
  ];
  process.stdout.write(`\n${lines.join('\n').trimEnd()}\n\n`);
  keep(folder, name.replaceAll('/', '.'), {
    name,
    quick,
    launches,
    ...origin,
    results: [...bench.rows].map(([row, { over }]) => ({ name: row, ...resultOf(measured, row, over) })),
    ratios: ratios.map((ratio) => judged(ratio, isEnough)),
  });
}

function tableOf(bench: Bench, measured: Launches): string {
  const cells = [...bench.rows].map(([name, { over }]) => {
    const { ns, low, high, times } = resultOf(measured, name, over);
    const ratio =
      times === undefined ? '' : `${times.median.toFixed(2)} [${times.low.toFixed(2)}, ${times.high.toFixed(2)}]`;
    return [name, ns.toFixed(1), `${low.toFixed(1)}-${high.toFixed(1)}`, ratio, over ?? ''];
  });
  return aligned(['case', `ns ${bench.unit}`, 'all launches', 'times', 'of'], cells);
}

function resultOf(
  measured: Launches,
  name: string,
  over: string | undefined,
): { ns: number; low: number; high: number; times?: Spread } {
  const { median: ns, low, high } = measured.ns(name);
  return over === undefined ? { ns, low, high } : { ns, low, high, times: measured.ratio(name, over) };
}
