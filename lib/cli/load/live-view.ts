import sparkly from 'sparkly';
import { bars } from '../terminal/bars.ts';
import { healthLines } from '../terminal/health-lines.ts';
import { type Part, cut, fit } from '../terminal/fit.ts';
import { formatCount, formatLatency, formatRate, formatSeconds, formatUs } from '../../dashboard/shared/format.ts';
import type { RunSample } from './run-sample.ts';
import { type LoadMoment, type LoadScene, headline } from './load-scene.ts';
import type { Canvas, Paint } from '../terminal/canvas.ts';

const LABEL_WIDTH = 16;
const WIDEST_BAR = 40;
const HISTORY_SECONDS = 60;

/** One frame of the live view: lines, none of them wider than the canvas. */
export function liveFrame(scene: LoadScene, { earlier, sample, interrupted }: LoadMoment, canvas: Canvas): string {
  // Some terminals begin a new line as soon as the last column is written.
  const width = Math.max(24, canvas.columns - 1);
  const row = (label: string, parts: readonly Part[]): string =>
    `  ${canvas.paint.dim(label.padEnd(LABEL_WIDTH - 2))}${fit(parts, width - LABEL_WIDTH)}`;
  const room = width - LABEL_WIDTH;
  const { paint } = canvas;
  return [
    paint.bold(cut(headline(scene), width)),
    '',
    ...healthRows(sample, room, paint),
    ...earlier.map((result) => row(result.mode, resultParts(result, paint))),
    row(sample.mode, progressParts({ earlier, sample }, scene, room, paint)),
    ...(interrupted ? [row('', [{ text: 'Ctrl-C again ends at once', paint: paint.yellow }])] : []),
    row('connections', connectionParts(sample, room, paint)),
    row('waiting', [{ text: formatCount(sample.metrics.waitingCheckouts) }]),
    row('throughput', throughputParts(sample, paint)),
    row('latency', latencyParts(sample, paint)),
    row('last minute', historyParts([...earlier, sample], room, paint)),
  ].join('\n');
}

/** What is wrong with the pool; nothing while it is well, and while it opens or ends. */
function healthRows({ health, at, stage }: RunSample, room: number, paint: Paint): string[] {
  if (health.status === 'ok' || stage === 'done') return [];
  const lines = healthLines(health, at, room, paint);
  return lines.map((line, i) => `  ${paint.dim((i === 0 ? 'health' : '').padEnd(LABEL_WIDTH - 2))}${line}`);
}

/** How a run that is over compares, in one line. */
function resultParts({ requestsPerSecond, latencyUs, failed }: RunSample, paint: Paint): Part[] {
  return [
    { text: `${formatRate(requestsPerSecond)} requests/s`, paint: paint.green },
    { text: `p50 ${formatLatency(latencyUs.p50)}` },
    { text: `p99 ${formatLatency(latencyUs.p99)}` },
    ...failedParts(failed, paint),
  ];
}

function progressParts(
  { earlier, sample }: Pick<LoadMoment, 'earlier' | 'sample'>,
  { options, runs }: LoadScene,
  room: number,
  paint: Paint,
): Part[] {
  const text = stageText(sample, options.requests);
  const bar = bars(
    Math.min(WIDEST_BAR, room - text.length - 2),
    [[sample.progress, '━', paint.cyan]],
    ['─', paint.dim],
  );
  const run = runs > 1 ? [{ text: `run ${earlier.length + 1} of ${runs}`, paint: paint.dim }] : [];
  return [bar, { text }, ...run];
}

function stageText({ stage, leftMs, requests }: RunSample, limit: number | undefined): string {
  switch (stage) {
    case 'opening':
      return 'opening connections';
    case 'warming':
      return 'warming up';
    case 'ending':
      return 'waiting for answers';
    case 'running':
    case 'done':
      if (limit !== undefined) return `${formatCount(requests)} of ${formatCount(limit)}`;
      return `${formatSeconds(Math.ceil((leftMs ?? 0) / 100) * 100)} left`;
  }
}

function connectionParts({ metrics, clients }: RunSample, room: number, paint: Paint): Part[] {
  const { activeConnections: active, idleConnections: idle, currentSize, maxSize } = metrics;
  const text = `${formatCount(active)} active, ${formatCount(idle)} idle`;
  // Without a pool there may be many more connections than anybody will ever use.
  const whole = Math.max(1, currentSize, Math.min(maxSize, clients));
  const bar = bars(
    Math.min(WIDEST_BAR, room - text.length - 2),
    [
      [active / whole, '█', paint.green],
      [idle / whole, '▒', paint.cyan],
    ],
    ['·', paint.dim],
  );
  return [bar, { text }, { text: `of ${formatCount(whole)}`, paint: paint.dim }];
}

function throughputParts({ metrics, requests, failed }: RunSample, paint: Paint): Part[] {
  return [
    { text: `${formatRate(metrics.checkoutsPerSecond)} requests/s`, paint: paint.bold },
    ...failedParts(failed, paint),
    { text: `${formatCount(requests)} so far`, paint: paint.dim },
  ];
}

function failedParts(failed: number, paint: Paint): Part[] {
  return failed === 0 ? [] : [{ text: `${formatCount(failed)} failed`, paint: paint.red }];
}

function latencyParts({ recentLatencyUs, metrics }: RunSample, paint: Paint): Part[] {
  if (recentLatencyUs.max === 0) return [{ text: 'no answers in the last second', paint: paint.dim }];
  return [
    { text: `p50 ${formatUs(recentLatencyUs.p50)}` },
    { text: `p99 ${formatUs(recentLatencyUs.p99)}` },
    { text: `of it waiting ${formatUs(metrics.waitTimeUs.p50)}`, paint: paint.dim },
  ];
}

/** The throughput of each second, of both runs in one line, so that the step between them shows. */
function historyParts(runs: readonly RunSample[], room: number, paint: Paint): Part[] {
  const history = runs.flatMap(({ perSecond }) => perSecond).slice(-Math.min(HISTORY_SECONDS, room));
  const peak = Math.max(0, ...history);
  const text = history.length === 0 ? '' : sparkly(history, { minimum: 0, maximum: Math.max(1, peak) });
  return [
    { text, paint: paint.cyan },
    ...(peak > 0 ? [{ text: `peak ${formatCount(peak)}/s`, paint: paint.dim }] : []),
  ];
}
