import { SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { inspect } from 'node:util';

/** Statuses by which a server says that it has not processed the request. */
const refusing: readonly number[] = [401, 429, 503];
const QUOTED_LENGTH = 200;

/** The part of a server's answer that an error quotes. Secrets have been struck out before. */
interface RefusedAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly text: string;
  /** How long the server wants to be left alone, in milliseconds, where it says so. */
  readonly restMs: number | undefined;
  /** Whether the body is an error of JSON-RPC. */
  readonly isAnswer: boolean;
}

/** A server that answered with a status of failure; the SDK's own error, with the target's name and the time to rest. */
export class HttpStatusError extends SdkHttpError {
  /** How long the server wants to be left alone, in milliseconds, where it says so. */
  readonly restMs: number | undefined;

  /** Whether the server itself has answered, with an error of JSON-RPC in the body. @internal */
  readonly isAnswer: boolean;

  constructor(target: string, answer: RefusedAnswer) {
    const { status, statusText, text, restMs, isAnswer } = answer;
    super(codeOf(status), describe(target, answer), { status, statusText, text });
    this.restMs = restMs;
    this.isAnswer = isAnswer;
  }
}

function codeOf(status: number): SdkErrorCode {
  if (status === 401) return SdkErrorCode.ClientHttpAuthentication;
  return status === 403 ? SdkErrorCode.ClientHttpForbidden : SdkErrorCode.ClientHttpNotImplemented;
}

function describe(target: string, { status, statusText, text, restMs }: RefusedAnswer): string {
  const what = `${status} ${statusText}`.trim();
  const rest = restMs === undefined ? '' : `, again in ${restMs} ms`;
  const quote = text.trim() === '' ? '' : `: ${inspect(text.trim().slice(0, QUOTED_LENGTH))}`;
  return refusing.includes(status)
    ? `${target} refused the request before processing it: ${what}${rest}${quote}`
    : `${target} answered ${what}${rest}${quote}`;
}

/**
 * Whether the body of a failed HTTP response is a JSON-RPC error: then the MCP server itself has answered, and no
 * gateway.
 */
export function isJsonRpcError(text: string): boolean {
  try {
    const { jsonrpc, error } = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    return jsonrpc === '2.0' && typeof error === 'object' && error !== null;
  } catch {
    return false;
  }
}
