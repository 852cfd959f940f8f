const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** @param {number} value */
export function formatCount(value) {
  return whole.format(value);
}

/** Three digits and a letter. @param {number} value */
export function formatShort(value) {
  return value < 1000 ? whole.format(value) : short.format(value);
}

/** Microseconds, in the unit that suits them. @param {number} us */
export function formatUs(us) {
  if (us <= 1) return '≤ 1 µs';
  if (us < 1000) return `${Math.round(us)} µs`;
  return formatMs(us / 1000);
}

/** @param {number} ms */
export function formatMs(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;
}

/** A moment of the wall clock. @param {number} ms */
export function formatClock(ms) {
  return clock.format(ms);
}
