import type { HttpDispatcher } from './dispatcher.ts';
import type { WireHeaders } from './headers.ts';
import type { SharedAgent } from './shared-agent.ts';
import type { SharedAuth } from './shared-auth.ts';
import type { MessageLimits, ServerLimits } from '../transport/limits.ts';
import type { ParamHeaders } from '../transport/param-headers.ts';
import type { Redactor } from '../transport/redactor.ts';

/** What all connections to one server over HTTP share; `params` only those that may know of each other. */
export interface HttpWire {
  readonly origin: string;
  /** With the query, without credentials. */
  readonly path: string;
  /** For people: origin and path. */
  readonly target: string;
  /** Carries all requests, by the agent or by what the user wants instead. */
  readonly dispatcher: HttpDispatcher;
  readonly agent: SharedAgent;
  readonly headers: WireHeaders;
  readonly auth: SharedAuth | undefined;
  /** What calls of tools say in their headers. */
  readonly params: ParamHeaders;
  readonly redactor: Redactor;
  readonly limits: MessageLimits & ServerLimits;
}

/** What a server and a connection agreed on; empty before that, and in the modern era without an id. */
export interface HttpSession {
  readonly id?: string;
  readonly version?: string;
}
