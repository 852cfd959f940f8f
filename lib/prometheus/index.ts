/**
 * Exports metrics of pools and gateways to Prometheus: `collectPool`, `collectGateway`.
 *
 * @module rx-mcp-pool/prometheus
 */

export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export type { MeteredGateway } from '../telemetry/metered-gateway.ts';
export { collectGateway } from './collect-gateway.ts';
export { type CollectOptions, collectPool } from './collect-pool.ts';
