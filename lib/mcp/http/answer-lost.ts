import { inspect } from 'node:util';

const QUOTED_LENGTH = 200;

/** A request whose answer will not come, though its connection may go on: the server may have processed it or not. */
export class AnswerLostError extends Error {
  readonly code = 'MCP_ANSWER_LOST';

  constructor(target: string, why: string, cause?: unknown) {
    super(`${target}: the answer will not come: ${why}`, cause === undefined ? undefined : { cause });
  }
}

/** A response that is no answer, in words for people. What is secret has been struck out of its text before. */
export function describeResponse(status: number, type: string | undefined, text: string): string {
  const what = `${status}, ${type === undefined || type === '' ? 'no content type' : type}`;
  const quoted = text.trim().slice(0, QUOTED_LENGTH);
  return `${what}: ${quoted === '' ? 'an empty body' : inspect(quoted, { breakLength: Infinity })}`;
}
