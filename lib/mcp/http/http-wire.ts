import type { GuardedFetch } from './guarded-fetch.ts';
import type { MessageLimits, ServerLimits } from '../transport/limits.ts';
import type { ParamHeaders } from '../transport/param-headers.ts';
import type { Redactor } from '../transport/redactor.ts';
import type { SharedAuth } from './shared-auth.ts';

/** What all connections to one server over HTTP share; `params` only those that may know of each other. */
export interface HttpWire {
  /** With the query, without credentials. */
  readonly url: URL;
  /** For people: origin and path. */
  readonly target: string;
  readonly fetch: GuardedFetch;
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
