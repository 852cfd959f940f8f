import Table from 'cli-table3';
import { comparisonOf } from './comparison.ts';
import { cut, wrap } from '../terminal/fit.ts';
import {
  formatCount,
  formatLatency,
  formatRate,
  formatSeconds,
  formatTimes,
  formatUs,
} from '../../dashboard/shared/format.ts';
import { histogramLines } from './histogram-lines.ts';
import { LEAST_SECONDS, meanInterval } from '../mean-interval.ts';
import { oneLine } from '../terminal/printable.ts';
import type { RunSample } from './run-sample.ts';
import { type LoadScene, headline } from './load-scene.ts';
import type { Paint } from '../terminal/canvas.ts';

/** How the summary is drawn. */
export interface Paper {
  readonly columns: number;
  readonly paint: Paint;
  /** With lines around the table; it is drawn without them where there is no room. */
  readonly boxed: boolean;
  /** The name of the signal that ended the load early. */
  readonly interruptedBy: string | undefined;
  /** The runs for which the condition of `--fail-if` holds. */
  readonly failedRuns: readonly string[];
}

/** The least columns for a box, and for labels in full. */
const BOX_COLUMNS = 52;
const LABEL_COLUMNS = 47;
const MOST_FAILURES = 5;

const rows: readonly (readonly [label: string, value: (result: RunSample) => string])[] = [
  ['clients', ({ clients, offeredRate }) => (offeredRate === undefined ? formatCount(clients) : '–')],
  ['rate asked for', ({ offeredRate }) => (offeredRate === undefined ? '–' : formatRate(offeredRate))],
  ['duration', ({ elapsedMs }) => formatUs(1000 * elapsedMs)],
  ['requests', ({ requests }) => formatCount(requests)],
  ['failed', ({ failed }) => formatCount(failed)],
  ['requests per second', ({ requestsPerSecond, history }) => `${formatRate(requestsPerSecond)}${marginOf(history)}`],
  ['latency p50', ({ latencyUs }) => formatLatency(latencyUs.p50)],
  ['latency p95', ({ latencyUs }) => formatLatency(latencyUs.p95)],
  ['latency p99', ({ latencyUs }) => formatLatency(latencyUs.p99)],
  ['latency max', ({ latencyUs }) => formatLatency(latencyUs.max)],
  ['mean checkout time', ({ metrics }) => (metrics.totalCheckouts === 0 ? '–' : formatUs(metrics.avgCheckoutTimeUs))],
  ['connections opened', ({ connectionsOpened }) => formatCount(connectionsOpened)],
];

const shortLabels: Readonly<Record<string, string>> = {
  'requests per second': 'requests/s',
  'rate asked for': 'asked for',
  'mean checkout time': 'checkout',
  'connections opened': 'opened',
};

/** What came of the load, for people: the table of the runs, how they compare, and what failed. */
export function summary(scene: LoadScene, results: readonly RunSample[], paper: Paper): string {
  const { columns, paint, interruptedBy } = paper;
  const paragraph = (text: string): string => wrap(text, columns - 1);
  const lines = [paint.bold(paragraph(headline(scene)))];
  if (results.length > 0) lines.push(table(results, paper));
  const compared = comparisonLine(results);
  if (compared !== undefined) lines.push(paint.bold(paragraph(compared)));
  lines.push(...notes(results).map(paragraph));
  lines.push(...results.flatMap((result) => bottleneckLines(result, results.length > 1)).map(paragraph));
  if (results.length === 1) lines.push(...results.flatMap((result) => histogramOf(result, paper)));
  lines.push(...results.flatMap((result) => failureLines(result, columns - 1)).map((line) => paint.red(line)));
  lines.push(...conditionLines(scene, paper).map(paragraph));
  if (interruptedBy !== undefined) lines.push(paint.yellow(paragraph(interruption(interruptedBy, results, scene))));
  return lines.join('\n');
}

function table(results: readonly RunSample[], { columns, paint, boxed }: Paper): string {
  const isBoxed = boxed && columns >= BOX_COLUMNS;
  const drawn = new Table({
    head: ['', ...results.map(({ mode }) => paint.bold(mode))],
    colAligns: ['left', ...results.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true, ...(!isBoxed && { 'padding-left': 0, 'padding-right': 2 }) },
    ...(!isBoxed && { chars: noLines }),
  });
  const labelOf = (label: string): string => (columns < LABEL_COLUMNS ? (shortLabels[label] ?? label) : label);
  for (const [label, value] of rowsFor(results))
    drawn.push([labelOf(label), ...results.map((result) => paintedCell(label, value(result), paint))]);
  return drawn.toString().replace(/ +$/gm, '');
}

/** Without the row that says nothing of any run: clients of an open loop, the rate of a closed one. */
function rowsFor(results: readonly RunSample[]): typeof rows {
  const isOpen = results.some(({ offeredRate }) => offeredRate !== undefined);
  return rows.filter(([label]) => label !== (isOpen ? 'clients' : 'rate asked for'));
}

/** How far the mean of the seconds may be off; nothing where there are too few. */
function marginOf(history: RunSample['history']): string {
  if (history.length < LEAST_SECONDS) return '';
  return ` ± ${formatRate(meanInterval(history.map(({ succeeded }) => succeeded)).margin)}`;
}

function bottleneckLines({ mode, bottleneck }: RunSample, isNamed: boolean): string[] {
  if (bottleneck === undefined) return [];
  return [`${isNamed ? `${mode}: ` : ''}Bottleneck: ${bottleneck.what}: ${bottleneck.because}`];
}

function histogramOf(result: RunSample, { columns, paint }: Paper): string[] {
  const lines = histogramLines(result, Math.min(columns, 100) - 1, paint);
  return lines.length === 0 ? [] : ['', ...lines];
}

function conditionLines({ options: { failIf } }: LoadScene, { failedRuns, paint }: Paper): string[] {
  if (failIf === undefined) return [];
  if (failedRuns.length === 0) return [paint.green(`Passed: ${failIf.text} does not hold.`)];
  return [paint.red(`Failed: ${failIf.text} holds for ${failedRuns.join(', ')}.`)];
}

/** What matters most stands out, and so does what went wrong. */
function paintedCell(label: string, value: string, paint: Paint): string {
  if (label === 'failed' && value !== '0') return paint.red(value);
  return label === 'requests per second' ? paint.green(value) : value;
}

function comparisonLine(results: readonly RunSample[]): string | undefined {
  const comparison = comparisonOf(results);
  const [withPool, without] = results;
  if (!comparison || !withPool || !without) return undefined;
  const p50 = `${formatUs(withPool.latencyUs.p50)}, not ${formatUs(without.latencyUs.p50)}`;
  return `With the pool: ${formatTimes(comparison.throughput)} times the throughput, p50 latency ${p50}.`;
}

function notes([withPool, without]: readonly RunSample[]): string[] {
  if (!withPool || without?.mode !== 'without pool' || withPool.clients === without.clients) return [];
  const [fewer, more] = [formatCount(without.clients), formatCount(withPool.clients)];
  return [
    `Without the pool there were ${fewer} clients and not ${more}: each request starts a process of its own, and more at once would only slow each other down. Compare the throughput, not the latencies.`,
  ];
}

function failureLines({ mode, failed, failures }: RunSample, width: number): string[] {
  if (failed === 0) return [];
  const shown = failures.slice(0, MOST_FAILURES);
  return [
    `${mode}, ${formatCount(failed)} failed:`,
    ...shown.map(({ code, count, message }) =>
      cut(`  ${formatCount(count)} x ${oneLine(`${code}: ${message}`)}`, width),
    ),
  ];
}

function interruption(signal: string, results: readonly RunSample[], { runs }: LoadScene): string {
  const last = results.at(-1);
  if (last === undefined) return `Interrupted by ${signal} before the first request.`;
  const run = runs > 1 ? ` in run ${results.length} of ${runs}` : '';
  return `Interrupted by ${signal}${run}, after ${formatSeconds(last.elapsedMs)}; what was under way has been answered.`;
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
