import { McpError } from './mcp-error.ts';

/** How deep causes are looked through. */
const MOST_CAUSES = 16;

/**
 * The error and its causes, the outermost first, as far as they tell of the request. What made a handler fail may well be
 * a refusal, but of somebody else.
 */
export function* causesOf(error: unknown): Generator<Error> {
  let at = error;
  for (let looked = 0; looked < MOST_CAUSES && at instanceof Error; looked++) {
    yield at;
    if (at instanceof McpError && at.code === 'MCP_HANDLER_FAILED') return;
    at = at.cause;
  }
}
