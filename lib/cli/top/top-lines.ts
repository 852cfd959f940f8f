import { healthWords } from '../../dashboard/shared/health-words.ts';
import { formatCount, formatPressure, formatRate, formatUs } from '../../dashboard/shared/format.ts';
import type { Gauges } from '../../dashboard/protocol.ts';
import { type Picture, lastWindow } from '../../dashboard/shared/picture.ts';
import type { LatencySummary } from '../../metrics/latency-histogram.ts';
import { jsonText, oneLine } from '../terminal/printable.ts';

/** A picture in one line, for pipes and logs. */
export function topLine(picture: Picture): string {
  const { name, gauges } = picture;
  const window = lastWindow(picture);
  return [
    oneLine(name),
    `${(window === undefined ? '–' : formatRate(window.checkoutsPerSecond)).padStart(7)} checkouts/s`,
    `waited ${latencyOf(window?.waitTimeUs)}`,
    `used ${latencyOf(window?.useTimeUs)}`,
    `${formatCount(gauges.active)} active`,
    `${formatCount(gauges.idle)} idle`,
    `${formatCount(gauges.waiting)} waiting`,
    `pressure ${formatPressure(gauges.pressure)}`,
    `${formatCount(gauges.failedCheckouts)} failed`,
    ...troubleOf(gauges, picture.at),
  ].join('  ');
}

/** Nothing where all is well, and where a dashboard of an older version does not tell it. */
function troubleOf({ health }: Partial<Gauges>, at: number): string[] {
  if (health === undefined || health.status === 'ok') return [];
  const { status, sentence } = healthWords(health, at);
  return [oneLine(`${status}: ${sentence}`)];
}

/** The same as one line of JSON; `window` is `null` until one has ended. */
export function topJsonLine(picture: Picture): string {
  const { pool, name, version, at, gauges } = picture;
  return jsonText({ pool: { id: pool, name }, version, at, gauges, window: lastWindow(picture) ?? null });
}

function latencyOf(latency: LatencySummary | undefined): string {
  if (latency === undefined || latency.count === 0) return 'p50 – p99 –';
  return `p50 ${formatUs(latency.p50)} p99 ${formatUs(latency.p99)}`;
}
