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

/** One for each registry and prefix, since a registry takes each name once. */
export function scrapedRegistryOf(registry: Registry, prefix: string): ScrapedRegistry {
  const ofRegistry = scraped.get(registry) ?? new Map<string, ScrapedRegistry>();
  scraped.set(registry, ofRegistry);
  const found = ofRegistry.get(prefix) ?? new ScrapedRegistry(registry, prefix);
  ofRegistry.set(prefix, found);
  return found;
}

/** The metrics of all pools that are collected in one registry, there as long as there are any. */
export class ScrapedRegistry {
  readonly #registry: Registry;
  readonly #metrics: ReadonlyMap<string, ScrapedMetric>;
  readonly #book = new ExportedPools();
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

  /** Throws where a metric of somebody else's has such a name, and for buckets that are not those of the others. */
  add(target: MeteredPool | MeteredPools, options: NameOptions, buckets: readonly number[] | undefined): Subscription {
    this.#checkBuckets(buckets);
    const recorders = new BucketRecorders(({ boundaries }) => buckets ?? boundaries);
    const added = this.#book.add(target, options, {
      recorders,
      // Nobody else's code runs when a time is recorded here, so it may be while the event is committed.
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
      if (this.#book.isEmpty) this.#unregister();
    });
    this.#register(added);
    this.#buckets = buckets;
    return added;
  }

  #checkBuckets(buckets: readonly number[] | undefined): void {
    if (this.#book.isEmpty || String(buckets) === String(this.#buckets)) return;
    throw new TypeError('buckets must be those of the other pools in this registry');
  }

  /** Again each time: somebody may have cleared the registry. */
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

  /** All metrics of one scrape are asked for in one turn: they are read at once, and agree. */
  #read(): Readings {
    if (this.#readings === undefined) {
      queueMicrotask(() => (this.#readings = undefined));
      this.#readings = this.#book.read();
    }
    return this.#readings;
  }

  *#timesOf(instrument: TimeInstrument): Iterable<TimeSeries> {
    for (const recorders of this.#times) yield* recorders.all(instrument);
  }
}
