import type { TimeInstrument } from '../telemetry/instruments.ts';
import { type Labels, keyOf } from '../telemetry/labels.ts';
import type { Recorder, Recorders } from '../telemetry/recorder.ts';
import { BucketHistogram } from './bucket-histogram.ts';

/** One series of durations. */
export interface TimeSeries {
  readonly labels: Labels;
  readonly histogram: BucketHistogram;
}

/** The durations recorded for one call of `collectPool`; dropped when that collection ends. */
export class BucketRecorders implements Recorders {
  readonly #boundariesOf: (instrument: TimeInstrument) => readonly number[];
  readonly #series = new Map<TimeInstrument, Map<string, TimeSeries>>();

  constructor(boundariesOf: (instrument: TimeInstrument) => readonly number[]) {
    this.#boundariesOf = boundariesOf;
  }

  /** A recorder for one series. The series is created with its first value. */
  of(instrument: TimeInstrument, labels: Labels): Recorder {
    let histogram: BucketHistogram | undefined;
    return (ms) => {
      histogram ??= this.#histogramOf(instrument, labels);
      histogram.record(ms);
    };
  }

  all(instrument: TimeInstrument): Iterable<TimeSeries> {
    return this.#series.get(instrument)?.values() ?? [];
  }

  #histogramOf(instrument: TimeInstrument, labels: Labels): BucketHistogram {
    const series = this.#series.get(instrument) ?? new Map<string, TimeSeries>();
    this.#series.set(instrument, series);
    const key = keyOf(labels);
    const known = series.get(key)?.histogram ?? new BucketHistogram(this.#boundariesOf(instrument));
    series.set(key, { labels, histogram: known });
    return known;
  }
}
