import type { RecentFigures, Second } from './protocol.ts';

const MINUTE = 60;

/** What a pool did in the last minute, at an instant of its clock. */
export function recentFigures(seconds: readonly Second[], now: number): RecentFigures {
  const checkouts = Array.from({ length: MINUTE }, () => 0);
  let failuresPerMinute = 0;
  for (const second of seconds) {
    const ago = Math.floor((now - second.at) / 1000);
    if (ago < 0 || ago >= MINUTE) continue;
    checkouts[MINUTE - 1 - ago] = second.checkouts;
    const { failedCheckouts, failedConnects, deaths, healthCheckFailures } = second.counts;
    failuresPerMinute += failedCheckouts + failedConnects + deaths + healthCheckFailures;
  }
  return { useP99: seconds.at(-1)?.useP99 ?? null, failuresPerMinute, checkouts };
}
