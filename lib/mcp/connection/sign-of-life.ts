import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { HttpStatusError, isJsonRpcError } from '../failures/http-status-error.ts';

/** What an answer fails with that was understood as one, though not as the right one. */
const ANSWERS: readonly unknown[] = [SdkErrorCode.InvalidResult, SdkErrorCode.UnsupportedResultType];

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
