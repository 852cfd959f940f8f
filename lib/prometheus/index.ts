/**
 * Exports metrics of pools to Prometheus: `collectPool`.
 *
 * @module rx-mcp-pool/prometheus
 */

export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export { type CollectOptions, collectPool } from './collect-pool.ts';
