/**
 * Tells OpenTelemetry of pools: `instrumentPool`.
 *
 * @module rx-mcp-pool/otel
 */

export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export { type InstrumentOptions, instrumentPool } from './instrument-pool.ts';
