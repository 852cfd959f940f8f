const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with separators: `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** A whole number in three digits and a letter, where there is no room for all of them: `999`, `10k`, `12.3k`, `4.56M`. */
export function formatShort(value: number): string {
  if (value < 999.5) return formatCount(value);
  if (value < 999_500) return `${Number(threeDigits(value / 1000))}k`;
  if (value < 999_500_000) return `${Number(threeDigits(value / 1_000_000))}M`;
  return `${Number(threeDigits(value / 1_000_000_000))}G`;
}

/** A rate, with a decimal where there is little of it: `5,123`, `4.2`. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** How many times: `4.8`, `120`. */
export function formatTimes(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(1) : formatCount(ratio);
}

/** How close a pool is to turning requests away, 0 to 1: `0.52`; a dash where that is not known. */
export function formatPressure(pressure: number | null): string {
  return pressure === null ? '–' : pressure.toFixed(2);
}

/**
 * A duration in microseconds: in three digits up to a minute, `210 µs`, `1.23 ms`, `98.1 ms`, `1.25 s`, and in two units
 * from there on, `1 min 41 s`, `3 h 5 min`.
 */
export function formatUs(us: number): string {
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1000)} ms`;
  const seconds = us / 1_000_000;
  // What rounds to a minute is one.
  if (seconds >= 59.95) return inMinutes(Math.round(seconds));
  return `${threeDigits(seconds)} s`;
}

/** The same of a duration in milliseconds. */
export function formatMs(ms: number): string {
  return formatUs(1000 * ms);
}

/** As `formatUs`; 0 stands for nothing measured. */
export function formatLatency(us: number): string {
  return us === 0 ? '–' : formatUs(us);
}

/** A duration in milliseconds as seconds: `0.4 s`, `10 s`. */
export function formatSeconds(ms: number): string {
  const value = ms / 1000;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} s`;
}

function inMinutes(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}
