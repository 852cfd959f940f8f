import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { HttpStatusError, isJsonRpcError } from '../failures/http-status-error.ts';

/** The SDK's errors for an answer that came, but had an unexpected shape. */
const ANSWERS: readonly unknown[] = [SdkErrorCode.InvalidResult, SdkErrorCode.UnsupportedResultType];

/**
 * Whether an error shows that the server itself is alive and has answered: any JSON-RPC error, with whatever HTTP
 * status, and a result of an unexpected shape. The error page of a gateway and a refusal of our credentials are no sign
 * of life.
 */
export function isSignOfLife(error: unknown): boolean {
  if (error instanceof ProtocolError) return true;
  if (error instanceof HttpStatusError) return error.isAnswer;
  if (error instanceof SdkHttpError) return isJsonRpcError(String(error.data['text']));
  return error instanceof SdkError && ANSWERS.includes(error.code);
}
