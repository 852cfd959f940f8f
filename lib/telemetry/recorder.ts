import type { TimeInstrument } from './instruments.ts';
import type { Labels } from './labels.ts';

/** Records a time of one series, in milliseconds; `about`: what else an exporter wants to know of it. */
export type Recorder = (ms: number, about?: unknown) => void;

/** Where times are recorded. It is asked once for each series. */
export interface Recorders {
  of(instrument: TimeInstrument, labels: Labels): Recorder;
}
