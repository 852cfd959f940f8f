/** Steps of the heat map in each power of ten: a step is 1.78 times as long as the one before. */
const STEPS = 4;
/** From 1 µs to 100 s. */
const MOST = 8 * STEPS;

/** The step of the heat map that a duration in microseconds falls into. */
export function heatStepOf(us: number): number {
  return Math.min(MOST - 1, Math.floor(STEPS * Math.log10(Math.max(1, us)) + 1e-9));
}

/** From and up to how many microseconds a step reaches. */
export function heatRangeOf(step: number): readonly [fromUs: number, toUs: number] {
  return [10 ** (step / STEPS), 10 ** ((step + 1) / STEPS)];
}

/** How many durations fall into each step: the step and its count in turn, the shortest first, without empty steps. */
export function heatOf(counts: Iterable<readonly [upToUs: number, count: number]>): readonly number[] {
  const heat: number[] = [];
  for (const [us, count] of counts) {
    const step = heatStepOf(us);
    const last = heat.length - 2;
    if (heat[last] === step) heat[last + 1] = (heat[last + 1] ?? 0) + count;
    else heat.push(step, count);
  }
  return heat;
}
