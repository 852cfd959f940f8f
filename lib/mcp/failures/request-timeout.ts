import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client';

/**
 * Whether a request failed because its answer did not come in time, which speaks against its connection. The SDK has the
 * same code for requests that were aborted; only those that it timed itself say after how long.
 */
export function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError') return true;
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout && error.data !== undefined;
}
