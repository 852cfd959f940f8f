import { nameOf, toolOf, type McpRequest } from '../transport/mcp-request.ts';
import { messageOf } from '../../base/thrown.ts';

/** What went wrong with a request, for a `switch`; the data that goes with each stands in `McpErrorData`. */
export type McpErrorCode = keyof McpErrorData;

/** Whose request it was; never its parameters, which may hold secrets. */
interface RequestData {
  /** Such as `tools/call`. */
  readonly method: string;
  /** The tool of a `tools/call`, else `null`. */
  readonly tool: string | null;
}

/** The data of each code. Times are in milliseconds. */
export interface McpErrorData {
  /**
   * The connection was lost (the `cause`) after the request may have reached the server, and doing it twice may do harm:
   * whether it was executed, and whether to ask again, is for the caller to find out.
   */
  MCP_OUTCOME_UNKNOWN: RequestData;
  /** The request was alone on several connections when they died, and is refused for a while without being asked. */
  MCP_POISON_REQUEST: RequestData & {
    /** How many connections died. */
    readonly connections: number;
    /** For how long it is refused. */
    readonly retryInMs: number;
  };
  /** The server asked, and a handler failed (the `cause`), so that the request could not go on. */
  MCP_HANDLER_FAILED: {
    /** Which one: `sampling`, `elicitation` or `roots`. */
    readonly handler: string;
  };
}

/** What can happen to a request of MCP besides what the pool, the SDK and the server say. */
export class McpError<Code extends McpErrorCode = McpErrorCode> extends Error {
  /** Always `McpError`. */
  override readonly name = 'McpError';
  /** What went wrong, for a `switch`. */
  readonly code: Code;
  /** What goes with the code. */
  readonly data: McpErrorData[Code];

  constructor(code: Code, data: McpErrorData[Code], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}

/** @internal */
export function outcomeUnknownError(request: McpRequest, cause: unknown): McpError<'MCP_OUTCOME_UNKNOWN'> {
  const message = `${nameOf(request)} may have been executed or not: ${messageOf(cause)}`;
  return new McpError('MCP_OUTCOME_UNKNOWN', dataOf(request), message, cause);
}

/** @internal */
export function poisonError(
  request: McpRequest,
  connections: number,
  retryInMs: number,
  cause: unknown,
): McpError<'MCP_POISON_REQUEST'> {
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const died = `was alone on ${connections} connections when they died${why}`;
  const message = `${nameOf(request)} ${died}: refused for ${Math.ceil(retryInMs)} ms`;
  return new McpError('MCP_POISON_REQUEST', { ...dataOf(request), connections, retryInMs }, message, cause);
}

/** @internal */
export function handlerFailedError(handler: string, cause: unknown): McpError<'MCP_HANDLER_FAILED'> {
  return new McpError('MCP_HANDLER_FAILED', { handler }, `the handler ${handler} failed: ${messageOf(cause)}`, cause);
}

function dataOf(request: McpRequest): RequestData {
  return { method: request.method, tool: toolOf(request) ?? null };
}
