import {
  type JSONRPCResponse,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  SdkError,
  SdkErrorCode,
} from '@modelcontextprotocol/client';

/** Characters of an answer that an error quotes. */
const QUOTED_LENGTH = 200;

/** Error codes by which an old server refuses a request that came without an `initialize` before it. */
export const TELLING: readonly unknown[] = [
  ProtocolErrorCode.UnsupportedProtocolVersion,
  ProtocolErrorCode.InvalidRequest,
  -32_000,
];

/** The error of an answer that is one; `undefined` for a result. What is neither is an error that quotes it. */
export function errorIn(answer: JSONRPCResponse, method: string): Error | undefined {
  const { error } = answer as { readonly error?: unknown };
  // Some servers write a `null` beside each result.
  if (error === undefined || (error === null && 'result' in answer)) return undefined;
  const { code, message, data } = Object(error) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'number') return invalid(method, `no error of JSON-RPC: ${quoted(error)}`);
  return ProtocolError.fromError(code, typeof message === 'string' ? message : quoted(error), data);
}

/** The result of a legacy server; an error where it is none. The member of the modern era that says what it is goes. */
export function legacyResult(result: unknown, method: string): Result | Error {
  if (!isObject(result)) return invalid(method, `not an object: ${quoted(result)}`);
  if ('resultType' in result) delete result['resultType'];
  return result;
}

/** What a result of a modern server is. */
export type ModernResult = 'complete' | 'input required' | Error;

/** What a result of a modern server is; an error where it is none. */
export function modernKind(result: unknown, method: string): ModernResult {
  if (!isObject(result)) return invalid(method, `not an object: ${quoted(result)}`);
  const type = result['resultType'];
  if (type === 'complete') return 'complete';
  if (type === 'input_required') return 'input required';
  if (type === undefined)
    return invalid(method, `no resultType, which a server of 2026-07-28 must say: ${quoted(result)}`);
  const what = `Unsupported result type ${quoted(type)} for ${method}`;
  return new SdkError(SdkErrorCode.UnsupportedResultType, what, { resultType: type, method });
}

/** The result of a modern server without the member that says what it is. */
export function withoutType({ resultType, ...rest }: Result): Result {
  return rest;
}

/** The SDK's error for an answer that is no result of this method, in one line. */
export function invalid(method: string, why: string): SdkError {
  return new SdkError(SdkErrorCode.InvalidResult, `Invalid result for ${method}: ${why}`, { method });
}

/** The beginning of a value as JSON, which is one line. */
export function quoted(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? String(value);
  return text.slice(0, QUOTED_LENGTH);
}

function isObject(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
