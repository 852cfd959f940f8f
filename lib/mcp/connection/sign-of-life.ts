import { ProtocolError, type RequestOptions, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { type Observable, catchError, of } from 'rxjs';
import type { McpConnection } from './connection.ts';
import { HttpStatusError } from '../failures/http-status-error.ts';
import { isJsonRpcError } from '../failures/json-rpc-error.ts';

/** What an answer fails with that was understood as one, though not as the right one. */
const ANSWERS: readonly unknown[] = [SdkErrorCode.InvalidResult, SdkErrorCode.UnsupportedResultType];

/**
 * Asks a connection for a sign of life: `ping`, or `server/discover` where the protocol has no ping any more. Emits the
 * answer, an error that the server answers with like any other, and completes; errors where there is none.
 */
export function signOfLife(connection: McpConnection, options?: RequestOptions): Observable<unknown> {
  const method = connection.client.getProtocolEra() === 'modern' ? 'server/discover' : 'ping';
  return connection.request({ method }, options).pipe(
    catchError((error: unknown) => {
      if (isSignOfLife(error)) return of(error);
      throw error;
    }),
  );
}

/**
 * Whether what a question failed with is an answer all the same, and so a sign of life: any error of JSON-RPC, in whatever
 * HTTP status, and a result of a shape that is not expected. A gateway's page and a refusal to let us in are none.
 */
export function isSignOfLife(error: unknown): boolean {
  if (error instanceof ProtocolError) return true;
  if (error instanceof HttpStatusError) return error.isAnswer;
  if (error instanceof SdkHttpError) return isJsonRpcError(String(error.data['text']));
  return error instanceof SdkError && ANSWERS.includes(error.code);
}
