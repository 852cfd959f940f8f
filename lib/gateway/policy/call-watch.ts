import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import type { IncomingHttpHeaders } from 'node:http';

/** A request of a client, as those see it who watch. */
export interface Call {
  /** As the client has sent it. */
  readonly request: JSONRPCRequest;
  /** The headers with which it came, by their names in small letters. */
  readonly headers: Readonly<IncomingHttpHeaders>;
}

/** What became of a request of a client. */
export interface CallEnded {
  /**
   * `error`: the server, or the way to it, has failed, or the result of the tool says so; `refused`: it never came to a
   * server, as it is not allowed; `cancelled`: the client did not want the answer any more.
   */
  readonly outcome: 'ok' | 'error' | 'refused' | 'cancelled';
  /** That of the error. */
  readonly code?: number;
  /**
   * What the error is called: the code of this library where it has one, such as `POOL_OVERLOADED`, else that of JSON-RPC;
   * `tool_error` for a result that says it is one.
   */
  readonly error?: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** Looks at the requests of clients from their beginning; what it throws is reported and harms nobody. */
export interface CallWatcher {
  /** A request begins. `undefined`: this one is not of interest. */
  begin(call: Call): CallWatch | undefined;
}

/** One request of a client that is being watched. */
export interface CallWatch {
  /** What is served in place of the request, with another `_meta` say. */
  readonly request?: JSONRPCRequest;
  /** Calls `begin`, in which the request is served: it is, in the asynchronous context that there is then. */
  within?(begin: () => void): void;
  /** It is over. Once. */
  ended(ended: CallEnded): void;
}
