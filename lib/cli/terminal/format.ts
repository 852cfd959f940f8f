/** A whole number with separators: `12,345`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A rate, with a decimal where there is little of it: `5,123`, `4.2`. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A duration in microseconds with three digits: `210 µs`, `1.23 ms`, `98.1 ms`, `1.25 s`. */
export function formatUs(us: number): string {
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${threeDigits(us / 1000)} ms`;
  return `${threeDigits(us / 1_000_000)} s`;
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

/** A duration in milliseconds, as `formatUs`. */
export function formatMs(ms: number): string {
  return formatUs(1000 * ms);
}

/** A duration in milliseconds as a clock shows it: `0:12.345`, `1:02:03.000`. */
export function formatClock(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60].map(Math.floor);
  const rest = `${twoDigits(seconds)}.${String(whole % 1000).padStart(3, '0')}`;
  return hours === 0 ? `${minutes ?? 0}:${rest}` : `${hours ?? 0}:${twoDigits(minutes)}:${rest}`;
}

/** How many times: `4.8`, `120`. */
export function formatTimes(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(1) : formatCount(ratio);
}

function twoDigits(value = 0): string {
  return String(value).padStart(2, '0');
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}
