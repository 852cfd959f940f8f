/** Node takes longer timers for 1 ms. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/**
 * A duration in milliseconds as the timers take it: 0 stands for "off", and so does `Infinity` on the way in.
 * Throws a `RangeError` for what Node would silently turn into 1 ms: negative, `NaN` or above 2^31 - 1.
 *
 * @internal
 */
export function duration(name: string, ms: number): number {
  if (ms === Infinity) return 0;
  if (typeof ms !== 'number') throw new TypeError(`${name} must be a number of milliseconds, not ${kindOf(ms)}`);
  if (!(ms >= 0 && ms <= LONGEST_TIMER_MS)) {
    throw new RangeError(`${name} must be between 0 and ${LONGEST_TIMER_MS} ms or Infinity, not ${ms}`);
  }
  return ms;
}

/** One after the other, where either may be off (0); never longer than a timer can be. @internal */
export function sum(first: number, second: number): number {
  return first === 0 || second === 0 ? 0 : Math.min(first + second, LONGEST_TIMER_MS);
}

/** @internal */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, not ${String(value)}`);
  return value;
}

/** A whole number of at least `least`. @internal */
export function count(name: string, value: number, least: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${kindOf(value)}`);
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
  }
  return value;
}

/** Throws a `TypeError` for what has no properties to be read. @internal */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name} must be an object, not ${kindOf(value)}`);
}

/** `typeof`, but for `null`, which is not what anybody means by an object. @internal */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

/** The bounds of the back-off, in milliseconds. */
export interface BackoffOptions {
  /** The ceiling of the first delay; it doubles with each failure. */
  readonly minMs: number;
  /** Where it stops doubling; 0: nowhere. */
  readonly maxMs: number;
}

/** A range of durations in milliseconds; both 0: off. */
export interface DurationRange {
  readonly minMs: number;
  readonly maxMs: number;
}
