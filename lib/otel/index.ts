/**
 * Exports metrics and traces of pools and gateways to OpenTelemetry: `instrumentPool`, `instrumentGateway`.
 *
 * @module rx-mcp-pool/otel
 */

export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export type { MeteredGateway } from '../telemetry/metered-gateway.ts';
export { instrumentGateway } from './instrument-gateway.ts';
export { instrumentPool } from './instrument-pool.ts';
export type { InstrumentOptions } from './providers.ts';
