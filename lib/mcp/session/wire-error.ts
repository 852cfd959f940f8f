import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { messageOf } from '../../base/thrown.ts';
import { PoolError } from '../../errors.ts';
import { errorIn } from '../exchange/answer.ts';
import { McpError } from '../failures/mcp-error.ts';

/** An error as JSON-RPC has it. */
export interface WireError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** What is not the server's own answer, but happened on the way to it: the first code that is free for servers. */
const ON_THE_WAY = -32_000;

/** An error that the server answered with, kept as the server wrote it. */
export class AnsweredError extends ProtocolError {
  readonly answer: WireError;

  constructor(answer: WireError) {
    super(answer.code, answer.message, answer.data);
    this.answer = answer;
  }
}

/** The error for what a server answered as one; where that is no error of JSON-RPC, an error that quotes it. */
export function answeredError(answer: unknown, method: string): Error {
  const error = errorIn({ jsonrpc: '2.0', id: 0, error: answer as WireError }, method);
  return error instanceof ProtocolError ? new AnsweredError(answer as WireError) : (error ?? new Error(method));
}

/**
 * What a client is told of an error. The codes of this library are texts, which JSON-RPC does not allow: they stand in the
 * data, with what belongs to them.
 */
export function wireError(error: unknown): WireError {
  if (error instanceof AnsweredError) return error.answer;
  const message = messageOf(error);
  const { code, data } = Object(error) as { readonly code?: unknown; readonly data?: unknown };
  if (error instanceof PoolError || error instanceof McpError) {
    return { code: ON_THE_WAY, message, data: { code, ...(data as object) } };
  }
  if (typeof code === 'number' && Number.isInteger(code)) {
    return { code, message, ...(data !== undefined && { data }) };
  }
  if (typeof code === 'string') return { code: ON_THE_WAY, message, data: { code } };
  return { code: ProtocolErrorCode.InternalError, message };
}
