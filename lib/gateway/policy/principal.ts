import type { IncomingHttpHeaders } from 'node:http';

/** What of a request may say who has sent it. */
export interface PrincipalRequest {
  /** The headers, by their names in small letters. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** As it was asked for: a path, perhaps with a query. */
  readonly url: string;
  /** `POST`, `GET` or `DELETE`. */
  readonly method: string;
}

/**
 * Says who has sent a request, by a name; `undefined`, and whatever is thrown, means that nobody knows, and the request is
 * refused with 401.
 */
export type PrincipalOf = (request: PrincipalRequest) => string | undefined | Promise<string | undefined>;

/** The principal of all requests where nobody is asked who he is. */
export const ANONYMOUS = 'anonymous';

/** Why nobody knows who has sent a request. */
export interface Stranger {
  /** Nothing was sent that would say it; something was sent that is not known; or finding it out has failed. */
  readonly reason: 'missing' | 'unknown' | 'failed';
  /** The code or the name of what was thrown, never its text, which may quote what was sent. */
  readonly error?: string;
}

/** Who is told, once, who has sent a request. */
export interface PrincipalListener {
  known(principal: string): void;
  stranger(stranger: Stranger): void;
}

/** Finds out who has sent a request: at once, unless `principalOf` takes its time. */
export function identify(principalOf: PrincipalOf, request: PrincipalRequest, listener: PrincipalListener): void {
  const tell = (principal: string | undefined): void => {
    if (typeof principal === 'string' && principal !== '') listener.known(principal);
    else listener.stranger({ reason: request.headers.authorization === undefined ? 'missing' : 'unknown' });
  };
  const failed = (error: unknown): void => {
    listener.stranger({ reason: 'failed', error: nameOf(error) });
  };
  let principal: ReturnType<PrincipalOf>;
  try {
    principal = principalOf(request);
  } catch (error) {
    failed(error);
    return;
  }
  if (typeof principal === 'string' || principal === undefined) tell(principal);
  else Promise.resolve(principal).then(tell, failed);
}

/** The value of `WWW-Authenticate` (RFC 6750): only who has sent a token is told that it is no good. */
export function challengeOf({ reason }: Stranger): string {
  return reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}

function nameOf(error: unknown): string {
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : typeof error;
}
