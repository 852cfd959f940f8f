export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export { type InstrumentOptions, instrumentPool } from './instrument-pool.ts';
