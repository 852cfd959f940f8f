import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { PoolError } from '../../errors.ts';
import { mayHaveBeenSent } from '../transport/sent-requests.ts';
import type { RequestStatus } from '../../requests/retry.ts';

/**
 * What a failure says about its request. `not sent`: nothing of it has left. `refused`: the server has not processed
 * it. `lost`: it may have been processed or not. `answered`: the server has processed it and answered with an error.
 * `other`: none of these, such as a timeout or a caller that gave up; the caller decides.
 */
type RequestFailure = 'not sent' | 'refused' | 'lost' | 'answered' | 'other';

/** How refusals are told from other errors. */
export interface Refusals {
  /** Whether the server refused the request before processing it. */
  wasRefused(error: unknown): boolean;
  /** Whether another attempt may fare better, after so many. */
  isWorthRetrying(error: unknown, attempt: number): boolean;
  /** How long it wants to be left alone, in milliseconds; `undefined` where it does not say. */
  restMsOf(error: unknown): number | undefined;
}

/** What this error says about the request that failed with it. */
export function requestFailureOf(error: unknown, refusals: Refusals): RequestFailure {
  const sent = isConnectionLost(error) ? error.data.sent : mayHaveBeenSent(error);
  if (sent === false) return 'not sent';
  if (refusals.wasRefused(error)) return 'refused';
  if (sent === true || isAnswerLost(error)) return 'lost';
  return error instanceof ProtocolError ? 'answered' : 'other';
}

/** Whether the connection went down under a request that had it for itself. */
export function wasAlone(error: unknown): boolean {
  return isConnectionLost(error) && error.data.reason === 'down' && error.data.leases === 1;
}

function isConnectionLost(error: unknown): error is PoolError<'POOL_CONNECTION_LOST'> {
  return error instanceof PoolError && (error as PoolError).code === 'POOL_CONNECTION_LOST';
}

function isAnswerLost(error: unknown): boolean {
  return error instanceof SdkError ? error.code === SdkErrorCode.ConnectionClosed : hasLostItsAnswer(error);
}

function hasLostItsAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MCP_ANSWER_LOST';
}

/**
 * One word for what went wrong with a request: the code of its error, or the error's name if it has no code, or
 * `tool_error` for an answer that says it is an error (as in the semantic conventions of OpenTelemetry). `undefined`
 * when nothing did.
 */
export function errorCodeOf(status: RequestStatus, outcome: unknown): string | undefined {
  if (status === 'cancelled') return undefined;
  const about = Object(outcome) as { isError?: unknown; code?: unknown; name?: unknown };
  if (status === 'answered') return about.isError === true ? 'tool_error' : undefined;
  const word = [about.code, about.name].find((one) => typeof one === 'string' || typeof one === 'number');
  return word === undefined ? 'Error' : String(word);
}

/**
 * Whether a request failed because its answer did not come in time, which speaks against its connection. The SDK has the
 * same code for requests that were aborted; only those that it timed itself say after how long.
 */
export function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError') return true;
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout && error.data !== undefined;
}
