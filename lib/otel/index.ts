export type { MeteredPool, MeteredPools } from '../instruments/metered-pool.ts';
export { type InstrumentOptions, instrumentPool } from './instrument-pool.ts';
