import type { JSONRPCResponse } from '@modelcontextprotocol/client';
import { excerptOf } from './garbage-notices.ts';

/**
 * What is told of an answer to nothing that was asked, which is dropped: to the SDK `null`, `true` and "05" are the numbers
 * of requests. Only what has no id is quoted: anything else may have been meant for whoever had the connection before.
 */
export class StrayAnswerError extends Error {
  constructor(answer: JSONRPCResponse, redact: (text: string) => string = asItIs) {
    const id: unknown = answer.id ?? undefined;
    const quoted =
      id === undefined && 'error' in answer ? redact(JSON.stringify(answer.error)) : JSON.stringify({ id });
    super(`skipped an answer to nothing that was asked: ${excerptOf(quoted)}`);
  }
}

function asItIs(text: string): string {
  return text;
}
