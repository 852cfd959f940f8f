export type { MeteredPool, MeteredPools } from '../instruments/metered-pool.ts';
export { type CollectOptions, collectPool } from './collect-pool.ts';
