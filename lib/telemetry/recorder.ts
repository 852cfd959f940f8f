import type { TimeInstrument } from './instruments.ts';
import type { Labels } from './labels.ts';

/**
 * Records a duration of one series, in milliseconds. `about` is what an exporter needs besides, such as a trace
 * context.
 */
export type Recorder = (ms: number, about?: unknown) => void;

/** Where durations are recorded. `of` is called once for each series. */
export interface Recorders {
  of(instrument: TimeInstrument, labels: Labels): Recorder;
}
