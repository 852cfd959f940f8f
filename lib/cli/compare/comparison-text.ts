import Table from 'cli-table3';
import { formatRate, formatUs } from '../../dashboard/shared/format.ts';
import type { MeanInterval } from '../mean-interval.ts';
import type { Paint } from '../terminal/canvas.ts';
import { wrap } from '../terminal/fit.ts';
import { oneLine } from '../terminal/printable.ts';
import type { FigureComparison, RunComparison } from './report-comparison.ts';

const EXPLANATION =
  '± is the 95 % confidence interval of the mean over the seconds of each run. What is within it may be chance; what is beyond it may still be the machine: repeat both before you believe a small difference.';

/** Two loads beside each other, for people, in lines of this width. */
export function comparisonText(
  runs: readonly RunComparison[],
  { names, differences }: { readonly names: readonly [string, string]; readonly differences: readonly string[] },
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const tables = runs.map((run) => tableOf(run, names, paint));
  const warnings =
    differences.length === 0 ? [] : [`The loads are not alike: they differ in ${differences.join(', ')}.`];
  const notes = [...warnings.map(paint.yellow), EXPLANATION];
  return `${[...tables, ...notes.map((note) => wrap(note, columns - 1))].join('\n')}\n`;
}

function tableOf({ run, figures, failed }: RunComparison, names: readonly [string, string], paint: Paint): string {
  const table = new Table({
    head: [run, ...names, 'change'].map((text) => paint.bold(oneLine(text))),
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const figure of figures) {
    const format = figure.name === 'requests per second' ? formatRate : formatUs;
    table.push([
      figure.name,
      intervalText(figure.one, format),
      intervalText(figure.other, format),
      changeText(figure, paint),
    ]);
  }
  table.push(['failed', failed[0], failed[1], '']);
  return table.toString();
}

function intervalText({ mean, margin, count }: MeanInterval, format: (value: number) => string): string {
  if (count === 0) return '–';
  return margin === Infinity ? format(mean) : `${format(mean)} ± ${format(margin)}`;
}

function changeText({ name, changePercent, verdict }: FigureComparison, paint: Paint): string {
  const change = changePercent === null ? '' : `${changePercent >= 0 ? '+' : ''}${changePercent.toFixed(1)} %`;
  if (verdict === 'unknown') return paint.dim(`${change}, too few seconds to tell`);
  if (verdict === 'within') return paint.dim(`${change}, within the spread`);
  const isBetter = (verdict === 'larger') === (name === 'requests per second');
  return isBetter ? paint.green(`${change}, better`) : paint.red(`${change}, worse`);
}
