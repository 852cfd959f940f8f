import type { RunSample } from './run-sample.ts';

/** The run with a pool over the run without: above 1 is better with the pool. */
interface Comparison {
  readonly throughput: number;
  readonly latencyP50: number;
  readonly latencyP99: number;
}

/** Compares the results of both runs; `undefined` where one is missing or nothing succeeded in it. */
export function comparisonOf([withPool, without]: readonly RunSample[]): Comparison | undefined {
  if (
    !withPool ||
    without?.mode !== 'without pool' ||
    withPool.requestsPerSecond === 0 ||
    without.requestsPerSecond === 0
  )
    return undefined;
  return {
    throughput: withPool.requestsPerSecond / without.requestsPerSecond,
    latencyP50: without.latencyUs.p50 / withPool.latencyUs.p50,
    latencyP99: without.latencyUs.p99 / withPool.latencyUs.p99,
  };
}
