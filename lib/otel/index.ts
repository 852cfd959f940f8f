/**
 * Exports metrics and traces of pools to OpenTelemetry: `instrumentPool`.
 *
 * @module rx-mcp-pool/otel
 */

export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export { type InstrumentOptions, instrumentPool } from './instrument-pool.ts';
