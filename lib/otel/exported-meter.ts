import type { BatchObservableCallback, Context, Histogram, Meter, MeterProvider, Observable } from '@opentelemetry/api';
import type { Subscription } from 'rxjs';
import { type CountInstrument, type TimeInstrument, counts } from '../telemetry/instruments.ts';
import type { Labels } from '../telemetry/labels.ts';
import type { MeteredPool, MeteredPools, NameOptions } from '../telemetry/metered-pool.ts';
import { type ExporterHooks, ExportedPools } from '../telemetry/exported-pools.ts';
import type { Recorder, Recorders } from '../telemetry/recorder.ts';
import { attributesOf } from './attributes.ts';
import { SCOPE } from './scope.ts';

const exported = new WeakMap<MeterProvider, ExportedMeter>();

/** The one meter of a provider. Two callbacks that observe the same series would overwrite each other's values. */
export function exportedMeterOf(provider: MeterProvider): ExportedMeter {
  const meter = exported.get(provider) ?? new ExportedMeter(provider.getMeter(SCOPE.name, SCOPE.version));
  exported.set(provider, meter);
  return meter;
}

/** All instruments of one provider. Counts are read while pools are exported; durations are recorded as they happen. */
class ExportedMeter implements Recorders {
  readonly #exportedPools = new ExportedPools();
  readonly #meter: Meter;
  readonly #counts = new Map<CountInstrument, Observable>();
  readonly #times = new Map<TimeInstrument, Histogram>();

  constructor(meter: Meter) {
    this.#meter = meter;
    for (const instrument of counts) this.#counts.set(instrument, this.#newCount(instrument));
  }

  add(target: MeteredPool | MeteredPools, options: NameOptions, watch: ExporterHooks['watch']): Subscription {
    const isFirst = this.#exportedPools.isEmpty;
    // From `events$` and not at commit: the provider is foreign code, and what it does in `record` must not run during
    // a commit.
    const added = this.#exportedPools.add(target, options, {
      recorders: this,
      eventsOf: ({ events$ }) => events$,
      watch,
    });
    const observed = [...this.#counts.values()];
    if (isFirst) this.#meter.addBatchObservableCallback(this.#observe, observed);
    added.add(() => {
      if (this.#exportedPools.isEmpty) this.#meter.removeBatchObservableCallback(this.#observe, observed);
    });
    return added;
  }

  of(instrument: TimeInstrument, labels: Labels): Recorder {
    const histogram = this.#times.get(instrument) ?? this.#newTime(instrument);
    this.#times.set(instrument, histogram);
    const attributes = attributesOf(labels);
    return (ms, context) => {
      histogram.record(ms / 1000, attributes, context as Context | undefined);
    };
  }

  // One callback for all instruments, so that the values of one collection agree.
  readonly #observe: BatchObservableCallback = (result) => {
    for (const { instrument, labels, value } of this.#exportedPools.read().all()) {
      // eslint-disable-next-line rxjs-x/finnish -- an instrument of OpenTelemetry's, and no stream
      const observed = this.#counts.get(instrument);
      if (observed !== undefined) result.observe(observed, value, attributesOf(labels));
    }
  };

  #newCount({ name, unit, description, kind }: CountInstrument): Observable {
    return kind === 'total'
      ? this.#meter.createObservableCounter(name, { unit, description })
      : this.#meter.createObservableUpDownCounter(name, { unit, description });
  }

  #newTime({ name, unit, description, boundaries }: TimeInstrument): Histogram {
    return this.#meter.createHistogram(name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: [...boundaries] },
    });
  }
}
