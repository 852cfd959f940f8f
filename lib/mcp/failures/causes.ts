import { McpError } from './mcp-error.ts';

/** How many causes are looked at, at most. */
const MOST_CAUSES = 16;

/**
 * The error and its causes, the outermost first, as far as they are about the request. What is behind a failed handler
 * is not: it may be a refusal, but by some other server.
 */
export function* causesOf(error: unknown): Generator<Error> {
  let at = error;
  for (let looked = 0; looked < MOST_CAUSES && at instanceof Error; looked++) {
    yield at;
    if (at instanceof McpError && at.code === 'MCP_HANDLER_FAILED') return;
    at = at.cause;
  }
}
