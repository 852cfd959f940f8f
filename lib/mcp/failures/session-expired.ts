/**
 * The server does not know the HTTP session any more (legacy era): it has refused what was sent, without processing it.
 */
export class SessionExpiredError extends Error {
  readonly code = 'MCP_SESSION_EXPIRED';

  /** Whether the new session that was begun for the request was refused as well: then one more is of no use. */
  readonly isSpent: boolean;

  constructor(target: string, why?: string, cause?: unknown, isSpent = false) {
    const then = why === undefined ? '' : ` and ${why}`;
    super(`${target}: the session has expired${then}`, cause === undefined ? undefined : { cause });
    this.isSpent = isSpent;
  }

  /** The error when the session that was begun for the request has expired, too. */
  static spent(target: string, cause: unknown): SessionExpiredError {
    return new SessionExpiredError(target, 'so has the one begun in its place', cause, true);
  }

  /** The error when no new session can be begun. */
  static lasting(target: string, cause: unknown): SessionExpiredError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new SessionExpiredError(target, `cannot be begun anew: ${why}`, cause);
  }
}

/** The error of sending over a connection that is not open. */
export function cannotSend(failure: Error | undefined): Error {
  if (failure instanceof SessionExpiredError) return failure;
  const why = failure ? `: ${failure.message}` : '';
  return new Error(`cannot send: the connection is not open${why}`, { cause: failure });
}
