import type { Formatter } from 'picocolors/types.js';

/** Where and how a frame is drawn. */
export interface Canvas {
  readonly columns: number;
  readonly paint: Paint;
}

/** The few paints that the views need. */
export type Paint = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Formatter>>;
