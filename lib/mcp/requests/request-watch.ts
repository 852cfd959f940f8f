import type { RequestStatus } from '../../requests/retry.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { McpConnection } from '../connection/connection.ts';

/** What became of one request through the pool: plain data. Times are in milliseconds. */
export interface McpRequestEvent {
  /** The pool's name. */
  readonly pool: string;
  /** Such as `tools/call`. */
  readonly method: string;
  /** The tool that is called; absent where none is. */
  readonly tool?: string;
  /** How it ended. */
  readonly status: RequestStatus;
  /** What it failed with, as a code; `tool_error` for an answer that says it is one. Absent otherwise. */
  readonly error?: string;
  /** When it was asked for, of the monotonic clock. */
  readonly at: number;
  /** From then to its first lease, `null` when it had none. */
  readonly waitedMs: number | null;
  /** From then to its end, waiting and all attempts included. */
  readonly tookMs: number;
  /** How often it was sent, or begun to be sent. */
  readonly attempts: number;
  /** The connection that served it last, and where that goes to; absent where there was none. */
  readonly connection?: number;
}

/** Looks at requests from their beginning; what it throws is reported and harms nobody. */
export interface RequestWatcher {
  /** A request begins, before it has a connection. `undefined`: this one is not of interest. */
  begin(request: McpRequest): RequestWatch | undefined;
}

/** One request that is being watched. */
export interface RequestWatch {
  /** The request with something added to it, `_meta` say; it is sent in place of the other. */
  readonly request?: McpRequest;
  /** Calls `begin`, in which an attempt begins: it is made in the asynchronous context that there is then. */
  within?(begin: () => void): void;
  /** An attempt has its lease. */
  leased?(connection: McpConnection): void;
  /** An attempt failed; another one follows. */
  retried?(error: unknown): void;
  /** `reason`: what it failed with. */
  ended?(event: McpRequestEvent, reason: unknown): void;
}
