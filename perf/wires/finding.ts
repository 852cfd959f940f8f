import type { Ratio } from '../support/result.ts';
import type { Spread } from '../support/rounds.ts';

/** One number that was measured, and what it may be at most, where something was promised. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  /** How far it moved from round to round, where there were rounds. */
  readonly spread?: Spread;
  /** Behind the point. */
  readonly digits: number;
  readonly target?: Ratio['target'];
}

/** What one row costs. */
export interface Cost {
  readonly contest: string;
  readonly row: string;
  /** In the unit of its contest. */
  readonly spread: Spread;
  readonly unit: string;
  readonly perSecond: number;
}
