import type { Draft } from './chunk.ts';
import type { ConnectionRecord } from './pool-state.ts';

/** The smallest latency that is recorded, since 0 means "unknown". */
const MOMENT_MS = 0.001;

/**
 * Updates the average latency of a connection after one of its leases has ended. A peak is taken over at once; a lower
 * value pulls the average down by more, the longer ago the last update was. So it works with few requests and with
 * many.
 *
 * It is the peak-sensitive exponentially weighted moving average of Finagle's load balancer (`p2c/PeakEwma.scala`).
 */
export function noteLatency(record: Draft<ConnectionRecord>, usedMs: number, at: number, decayMs: number): void {
  const latencyMs = Math.max(usedMs, MOMENT_MS);
  const weight = Math.exp(-Math.max(0, at - record.latencyAt) / decayMs);
  record.latencyMs = latencyMs >= record.latencyMs ? latencyMs : record.latencyMs * weight + latencyMs * (1 - weight);
  record.latencyAt = at;
}
