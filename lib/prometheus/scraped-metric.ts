import type { CountInstrument, Instrument, TimeInstrument } from '../telemetry/instruments.ts';
import type { Reading } from '../telemetry/readings.ts';
import { keyOf } from '../telemetry/labels.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import type { TimeSeries } from './bucket-recorders.ts';

/** One line of the scraped output, in the form that `prom-client` expects. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/**
 * A metric whose values are computed when it is scraped. It implements what a registry of `prom-client` calls on a
 * metric. The classes of `prom-client` store each value themselves, so they would have to be updated at each checkout.
 */
export class ScrapedMetric {
  /** Not `readonly`: a registry for OpenMetrics renames its counters. */
  name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator = 'sum';
  readonly #samples: (name: string) => readonly Sample[];

  constructor(
    { name, help, type }: Pick<ScrapedMetric, 'name' | 'help' | 'type'>,
    samples: (name: string) => readonly Sample[],
  ) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#samples = samples;
  }

  get(): Promise<ScrapedMetric & { readonly values: readonly Sample[] }> {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({ name, help, type, aggregator, values: this.#samples(name) } as never);
  }

  /** Does nothing: totals of a pool cannot be reset. */
  reset(): void {
    // There are no stored values.
  }
}

/** The name of an instrument in Prometheus: with the suffix `_seconds` for durations and `_total` for totals. */
function nameIn(prefix: string, { name, unit }: Instrument, kind?: CountInstrument['kind']): string {
  const suffix = unit === 's' ? '_seconds' : kind === 'total' ? '_total' : '';
  return `${prefix}${name.replaceAll('.', '_')}${suffix}`;
}

export function countMetric(prefix: string, instrument: CountInstrument, read: () => Iterable<Reading>): ScrapedMetric {
  const { kind, description } = instrument;
  const about = {
    name: nameIn(prefix, instrument, kind),
    help: description,
    type: kind === 'total' ? 'counter' : 'gauge',
  } as const;
  return new ScrapedMetric(about, () => [...read()].map(({ labels, value }) => ({ labels, value })));
}

export function timeMetric(
  prefix: string,
  instrument: TimeInstrument,
  read: () => Iterable<TimeSeries>,
): ScrapedMetric {
  const about = { name: nameIn(prefix, instrument), help: instrument.description, type: 'histogram' } as const;
  return new ScrapedMetric(about, (name) => merged(read()).flatMap((series) => samplesOf(name, series)));
}

/** Merges series with equal labels that come from different calls. */
function merged(all: Iterable<TimeSeries>): readonly TimeSeries[] {
  const byKey = new Map<string, TimeSeries>();
  for (const { labels, histogram } of all) {
    const key = keyOf(labels);
    const sum = byKey.get(key)?.histogram ?? new BucketHistogram(histogram.boundaries);
    sum.add(histogram);
    byKey.set(key, { labels, histogram: sum });
  }
  return [...byKey.values()];
}

function samplesOf(name: string, { labels, histogram }: TimeSeries): readonly Sample[] {
  const buckets = histogram.cumulative().map((value, i) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: histogram.boundaries[i] ?? '+Inf' },
    value,
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: histogram.count },
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: histogram.count },
  ];
}
