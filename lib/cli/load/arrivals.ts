/** How the distances between two requests come about. */
export type ArrivalPattern = 'poisson' | 'even';

/** When requests begin: at a rate that grows or falls evenly from `from` to `to` in `overMs`, and stays at `to`. */
export interface Schedule {
  /** Requests per second at the beginning. */
  readonly from: number;
  /** Requests per second at the end. */
  readonly to: number;
  /** How long the rate takes from one to the other, in milliseconds; 0: it is `to` from the beginning. */
  readonly overMs: number;
  readonly pattern: ArrivalPattern;
}

/**
 * The instants at which requests begin, in milliseconds from the beginning, without an end.
 *
 * Each arrival is one more unit of expected arrivals; in a Poisson process the distances are exponential with a mean of
 * one, and the clock is stretched by the rate (Çinlar, "Introduction to Stochastic Processes", 1975). `random` returns
 * numbers in [0, 1).
 */
export function* arrivals(schedule: Schedule, random: () => number = Math.random): Generator<number, never> {
  let expected = 0;
  for (;;) {
    expected += schedule.pattern === 'even' ? 1 : -Math.log(1 - random());
    yield whenExpected(schedule, expected);
  }
}

/** When so many arrivals are expected. */
function whenExpected({ from, to, overMs }: Schedule, count: number): number {
  const start = from / 1000;
  const end = to / 1000;
  const inRamp = (overMs * (start + end)) / 2;
  if (count >= inRamp) return overMs + (count - inRamp) / end;
  const growth = (end - start) / overMs;
  if (growth === 0) return count / start;
  // The root of `start * t + growth * t * t / 2 = count`.
  return (2 * count) / (start + Math.sqrt(start * start + 2 * growth * count));
}

/** The rate at an instant, in requests per second. */
export function rateAt({ from, to, overMs }: Schedule, ms: number): number {
  return ms >= overMs ? to : from + ((to - from) * ms) / overMs;
}
