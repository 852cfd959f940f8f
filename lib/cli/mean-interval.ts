/** The mean of a figure over the seconds of a run, and how far off it may be. */
export interface MeanInterval {
  readonly mean: number;
  /** Half of the 95 % confidence interval of the mean; `Infinity` for fewer than two seconds. */
  readonly margin: number;
  /** How many seconds there were. */
  readonly count: number;
}

/** Of fewer seconds nobody knows how much they vary. */
export const LEAST_SECONDS = 5;

/** Student's t for 95 %, by degrees of freedom from 1; for more than these it hardly changes. */
const T = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1];
const T_OF_MANY = 2.05;

/** How a figure varies from second to second, as if each of them were a measurement of its own. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const count = values.length;
  const mean = count === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, margin: Infinity, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, margin: (T[count - 2] ?? T_OF_MANY) * Math.sqrt(variance / count), count };
}
