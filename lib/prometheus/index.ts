export type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
export { type CollectOptions, collectPool } from './collect-pool.ts';
