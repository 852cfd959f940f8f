import { type Registry, register } from 'prom-client';
import type { Subscription } from 'rxjs';
import { checkObject } from '../base/durations.ts';
import type { MeteredPool, MeteredPools, NameOptions } from '../telemetry/metered-pool.ts';
import { scrapedRegistryOf } from './scraped-registry.ts';

/** Options of `collectPool`. */
export interface CollectOptions extends NameOptions {
  /** The registry to add the metrics to. Default: the global one of `prom-client`. */
  readonly registry?: Registry;
  /** A prefix for all names, such as `myapp_`. Default: none. */
  readonly prefix?: string;
  /** The upper bounds of all histograms in seconds, in rising order. Default: bounds that fit each histogram. */
  readonly buckets?: readonly number[];
}

/**
 * Adds a pool, or all pools of a family, to a registry of `prom-client`, until unsubscribed from. Counts are read when
 * they are scraped and cost nothing in between. Throws a `TypeError` or `RangeError` for invalid options, and for a
 * pool that this registry has already; an `Error` if one of the metric names is taken by another metric.
 */
export function collectPool(pool: MeteredPool | MeteredPools, options: CollectOptions = {}): Subscription {
  checkObject('options', options);
  const { registry = register, prefix = '', buckets } = options;
  if (typeof Reflect.get(Object(registry) as object, 'registerMetric') !== 'function')
    throw new TypeError('registry must be a Registry of prom-client');
  if (!/^([a-zA-Z_:][a-zA-Z0-9_:]*)?$/.test(prefix))
    throw new TypeError(`prefix must be the beginning of a metric's name, not ${JSON.stringify(prefix)}`);
  if (buckets !== undefined) checkBuckets(buckets);
  return scrapedRegistryOf(registry, prefix).add(pool, options, buckets);
}

function checkBuckets(buckets: readonly number[]): void {
  const isList = Array.isArray(buckets) && buckets.length > 0;
  const rises =
    isList && buckets.every((bound, i) => bound > (i === 0 ? 0 : (buckets[i - 1] ?? 0)) && bound < Infinity);
  if (!rises) throw new RangeError(`buckets must be finite seconds in rising order, not ${String(buckets)}`);
}
