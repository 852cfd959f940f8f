import { causesOf } from '../failures/causes.ts';
import { HttpStatusError } from '../failures/http-status-error.ts';

/** However long a server asks to be left alone, it is asked again after 5 minutes. */
export const MOST_REST_MS = 300_000;

/**
 * How long the server that refused with 429 or 503 wants to be left alone, in milliseconds, at most 5 minutes; looks
 * through the causes of the error too. `undefined` where nothing of the kind was said.
 */
export function restMsOf(error: unknown): number | undefined {
  for (const at of causesOf(error)) if (at instanceof HttpStatusError && at.restMs !== undefined) return at.restMs;
  return undefined;
}

/**
 * The milliseconds that a `Retry-After` header asks for, a number of seconds or a date (RFC 9110, 10.2.3), from 0 to 5
 * minutes; `undefined` where it says neither. `now` is the time of the wall clock, which is what the date is told by.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MOST_REST_MS);
  // Date.parse takes nearly everything for a date, but an HTTP date begins with the day of the week.
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(zoned(text)) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MOST_REST_MS);
}

/** The oldest of the three forms of a date (that of C's `asctime`) names no zone and means Greenwich, not where this runs. */
function zoned(date: string): string {
  return /\d{4}$/.test(date) ? `${date} GMT` : date;
}
