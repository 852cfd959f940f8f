import { SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { causesOf } from './causes-of.ts';
import { SessionExpiredError } from './session-expired.ts';

const refusing: readonly unknown[] = [401, 429, 503];

/**
 * Whether a request failed because the server refused it before processing it, so that nothing has happened and it may be
 * repeated: 401, 429, 503, or a session that had expired. Looks through the causes of the error too.
 */
export function wasRefused(error: unknown): boolean {
  for (const at of causesOf(error)) if (isRefusal(at)) return true;
  return false;
}

function isRefusal(error: Error): boolean {
  if (error instanceof SessionExpiredError || error instanceof UnauthorizedError) return true;
  return error instanceof SdkHttpError && refusing.includes(error.status);
}
