import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { PoolError } from '../../errors.ts';
import { mayHaveBeenSent } from '../transport/not-sent.ts';

/**
 * What a failure says of its request. `not sent`: nothing of it has left. `refused`: the server has not processed it.
 * `lost`: nobody knows. `answered`: the server said what came of it. `other`: it is none of these, such as a time that
 * ran out or a caller that gave up, and is the caller's.
 */
export type RequestFailure = 'not sent' | 'refused' | 'lost' | 'answered' | 'other';

/** Tells refusals; those over HTTP are. */
export interface Refusals {
  /** Whether the server refused the request before processing it. */
  wasRefused(error: unknown): boolean;
  /** Whether another attempt may fare better, after so many. */
  isWorthRetrying(error: unknown, attempt: number): boolean;
  /** How long it wants to be left alone, in milliseconds; `undefined` where it does not say. */
  restMsOf(error: unknown): number | undefined;
}

/** Of an error that a request failed with. */
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
