import { type Registry, register } from 'prom-client';
import type { Subscription } from 'rxjs';
import { checkObject } from '../base/durations.ts';
import type { MeteredPool, MeteredPools, NameOptions } from '../telemetry/metered-pool.ts';
import { scrapedRegistryOf } from './scraped-registry.ts';

/** Where a pool is collected, and under which names. */
export interface CollectOptions extends NameOptions {
  /** The global one of `prom-client` when left out. */
  readonly registry?: Registry;
  /** In front of all names, such as `myapp_`; none when left out. */
  readonly prefix?: string;
  /** The upper bounds of all histograms in seconds, in rising order; when left out those that fit each. */
  readonly buckets?: readonly number[];
}

/**
 * Has a registry of `prom-client` tell of a pool, or of all pools of a family, until unsubscribed from. Counts are read
 * when they are scraped, and cost nothing in between. Throws a `TypeError` or `RangeError` for options that make no
 * sense, and for a pool that this registry tells of already; an `Error` where a name is somebody else's.
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
