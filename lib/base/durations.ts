/** The longest delay that a timer can have. Node runs a timer with a longer delay after 1 ms. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** A timer that fires so many milliseconds after its instant was held up by a blocked event loop. */
export const STALL_MS = 20;

/** How long closing one connection may take unless `closeTimeoutMs` says otherwise. */
export const CLOSE_TIMEOUT_MS = 2000;

/**
 * Checks a duration in milliseconds and returns it for a timer. 0 means "off", and `Infinity` becomes 0. Throws a
 * `RangeError` for values that Node would silently turn into 1 ms: negative, `NaN` or above 2^31 - 1.
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

/** The shorter of two durations, where `undefined` is no limit. @internal */
export function shorterOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** The sum of two durations, at most `LONGEST_TIMER_MS`; 0 ("off") if either of them is off. @internal */
export function sum(first: number, second: number): number {
  return first === 0 || second === 0 ? 0 : Math.min(first + second, LONGEST_TIMER_MS);
}

/** @internal */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, not ${String(value)}`);
  return value;
}

/**
 * Checks that an option is a whole number of at least `least` and returns it. Throws a `TypeError` or a `RangeError`.
 *
 * @internal
 */
export function count(name: string, value: number, least: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${kindOf(value)}`);
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
  }
  return value;
}

/** Throws a `TypeError` if the value is not an object. @internal */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name} must be an object, not ${kindOf(value)}`);
}

/** `typeof`, except that `null` is `'null'` and not `'object'`; for error messages. @internal */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

/** The bounds of the back-off, in milliseconds. */
export interface BackoffOptions {
  /** The ceiling of the first delay; it doubles with each failure. */
  readonly minMs: number;
  /** The ceiling at which the doubling stops; 0: no ceiling. */
  readonly maxMs: number;
}

/** A range of durations in milliseconds; both 0: off. */
export interface DurationRange {
  readonly minMs: number;
  readonly maxMs: number;
}
