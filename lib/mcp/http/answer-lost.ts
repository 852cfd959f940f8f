/** A request whose answer will not come, though its connection may go on: the server may have processed it or not. */
export class AnswerLostError extends Error {
  readonly code = 'MCP_ANSWER_LOST';

  constructor(target: string, why: string, cause?: unknown) {
    super(`${target}: the answer will not come: ${why}`, cause === undefined ? undefined : { cause });
  }
}
