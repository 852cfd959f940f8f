import type { JSONRPCResponse } from '@modelcontextprotocol/client';
import { excerptOf } from './garbage-notices.ts';

/**
 * An answer to nothing that was asked, which was dropped: the SDK would take `null`, `true` and "05" for numbers of
 * requests. Its text is quoted only when it has no id: any other may have been meant for the previous holder of the
 * connection.
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
