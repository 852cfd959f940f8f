import { healthWords } from '../../dashboard/shared/health-words.ts';
import { oneLine } from '../terminal/printable.ts';
import { formatCount, formatRate, formatSeconds, formatLatency } from '../../dashboard/shared/format.ts';
import type { RunSample } from './run-sample.ts';

/** One line of the plain view, for pipes and logs. */
export function plainLine(sample: RunSample): string {
  const { mode, elapsedMs, metrics, recentLatencyUs, failed } = sample;
  return [
    `${mode.padEnd(12)} ${formatSeconds(1000 * Math.round(elapsedMs / 1000)).padStart(5)}`,
    `${formatRate(metrics.checkoutsPerSecond).padStart(7)} requests/s`,
    `p50 ${formatLatency(recentLatencyUs.p50)}`,
    `p99 ${formatLatency(recentLatencyUs.p99)}`,
    `${formatCount(metrics.activeConnections)} active`,
    `${formatCount(metrics.idleConnections)} idle`,
    `${formatCount(metrics.waitingCheckouts)} waiting`,
    `${formatCount(failed)} failed`,
    ...troubleOf(sample),
  ].join('  ');
}

/** Nothing while the pool is well. */
function troubleOf({ health, at }: RunSample): string[] {
  if (health.status === 'ok') return [];
  const { status, sentence } = healthWords(health, at);
  return [oneLine(`${status}: ${sentence}`)];
}
