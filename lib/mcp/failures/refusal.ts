import { SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { causesOf } from './causes.ts';
import { SessionExpiredError } from './session-expired.ts';

const refusing: readonly unknown[] = [401, 429, 503];

/**
 * Whether a request failed because the server refused it before processing it, so that nothing has happened and it may be
 * retried: 401, 429, 503, or a session that had expired. Looks through the causes of the error too.
 */
export function wasRefused(error: unknown): boolean {
  for (const at of causesOf(error)) if (isRefusal(at)) return true;
  return false;
}

/**
 * Whether a request that was refused may fare better in another attempt, after so many: not without other credentials
 * (401), for they were renewed where that is possible; once after a session that had expired, but not where the request was
 * sent to a new one already; and twice where the server asked for a rest.
 */
export function isWorthRetrying(error: unknown, attempt: number): boolean {
  for (const at of causesOf(error)) {
    if (at instanceof SessionExpiredError) return !at.isSpent && attempt < 2;
    if (at instanceof UnauthorizedError) return false;
    if (at instanceof SdkHttpError && refusing.includes(at.status)) return at.status !== 401;
  }
  return false;
}

function isRefusal(error: Error): boolean {
  if (error instanceof SessionExpiredError || error instanceof UnauthorizedError) return true;
  return error instanceof SdkHttpError && refusing.includes(error.status);
}
