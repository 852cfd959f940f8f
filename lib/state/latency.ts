import type { Draft } from './chunk.ts';
import type { ConnectionRecord } from './pool-state.ts';

/** What took no time that can be measured took so many milliseconds: 0 says that nothing is known. */
const MOMENT_MS = 0.001;

/**
 * A lease of the connection was held for so long: the average jumps to a peak at once, and otherwise draws nearer the
 * more, the longer ago it was noted, so that it is blind to neither a few nor many requests.
 *
 * The peak-sensitive exponentially weighted moving average of Finagle's load balancer (`p2c/PeakEwma.scala`).
 */
export function noteLatency(record: Draft<ConnectionRecord>, usedMs: number, at: number, decayMs: number): void {
  const latencyMs = Math.max(usedMs, MOMENT_MS);
  const weight = Math.exp(-Math.max(0, at - record.latencyAt) / decayMs);
  record.latencyMs = latencyMs >= record.latencyMs ? latencyMs : record.latencyMs * weight + latencyMs * (1 - weight);
  record.latencyAt = at;
}
