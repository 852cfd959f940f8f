import type { Metric, Registry } from 'prom-client';
import { Subscription } from 'rxjs';
import { committedOf } from '../pool/internals.ts';
import { type TimeInstrument, counts, times } from '../telemetry/instruments.ts';
import type { MeteredPool, MeteredPools, NameOptions } from '../telemetry/metered-pool.ts';
import { ExportedPools } from '../telemetry/exported-pools.ts';
import type { Readings } from '../telemetry/readings.ts';
import { BucketRecorders, type TimeSeries } from './bucket-recorders.ts';
import { type ScrapedMetric, countMetric, timeMetric } from './scraped-metric.ts';

const scraped = new WeakMap<object, Map<string, ScrapedRegistry>>();

/** The one `ScrapedRegistry` of a registry and prefix. A registry accepts each metric name only once. */
export function scrapedRegistryOf(registry: Registry, prefix: string): ScrapedRegistry {
  const ofRegistry = scraped.get(registry) ?? new Map<string, ScrapedRegistry>();
  scraped.set(registry, ofRegistry);
  const found = ofRegistry.get(prefix) ?? new ScrapedRegistry(registry, prefix);
  ofRegistry.set(prefix, found);
  return found;
}

/** The metrics of all pools that are collected in one registry. They are registered while there are any pools. */
class ScrapedRegistry {
  readonly #registry: Registry;
  readonly #metrics: ReadonlyMap<string, ScrapedMetric>;
  readonly #exportedPools = new ExportedPools();
  readonly #times = new Set<BucketRecorders>();
  #buckets: readonly number[] | undefined;
  #readings: Readings | undefined;

  constructor(registry: Registry, prefix: string) {
    this.#registry = registry;
    const metrics = [
      ...counts.map((instrument) => countMetric(prefix, instrument, () => this.#read().of(instrument))),
      ...Object.values(times).map((instrument) => timeMetric(prefix, instrument, () => this.#timesOf(instrument))),
    ];
    this.#metrics = new Map(metrics.map((metric) => [metric.name, metric]));
  }

  /**
   * Collects a pool or a family. Throws if one of the metric names is taken, and if `buckets` differ from those of the
   * other pools.
   */
  add(target: MeteredPool | MeteredPools, options: NameOptions, buckets: readonly number[] | undefined): Subscription {
    this.#checkBuckets(buckets);
    const recorders = new BucketRecorders(({ boundaries }) => buckets ?? boundaries);
    const added = this.#exportedPools.add(target, options, {
      recorders,
      // No foreign code runs when a duration is recorded here, so it can be done while the event is committed.
      eventsOf: committedOf,
      watch: (pool, labels, requests) =>
        pool.watchRequests?.({
          begin: () => ({
            ended: (event) => {
              requests.record(labels, event);
            },
          }),
        }) ?? Subscription.EMPTY,
    });
    this.#times.add(recorders);
    added.add(() => {
      this.#times.delete(recorders);
      if (this.#exportedPools.isEmpty) this.#unregister();
    });
    this.#register(added);
    this.#buckets = buckets;
    return added;
  }

  #checkBuckets(buckets: readonly number[] | undefined): void {
    if (this.#exportedPools.isEmpty || String(buckets) === String(this.#buckets)) return;
    throw new TypeError('buckets must be those of the other pools in this registry');
  }

  /** Registers the metrics; done at each call, since other code may have cleared the registry. */
  #register(added: Subscription): void {
    try {
      for (const metric of this.#metrics.values()) this.#registry.registerMetric(metric as unknown as Metric);
    } catch (error) {
      added.unsubscribe();
      throw error;
    }
  }

  #unregister(): void {
    for (const [name, metric] of this.#metrics) {
      const registered: unknown = this.#registry.getSingleMetric(name);
      if (registered === metric) this.#registry.removeSingleMetric(name);
    }
  }

  /**
   * The present readings. All metrics of one scrape are read in one synchronous turn, from one set of readings, so
   * their values agree.
   */
  #read(): Readings {
    if (this.#readings === undefined) {
      queueMicrotask(() => (this.#readings = undefined));
      this.#readings = this.#exportedPools.read();
    }
    return this.#readings;
  }

  *#timesOf(instrument: TimeInstrument): Iterable<TimeSeries> {
    for (const recorders of this.#times) yield* recorders.all(instrument);
  }
}
