/** The server does not know the session any more (legacy era): it refused what was sent, before processing it. */
export class SessionExpiredError extends Error {
  readonly code = 'MCP_SESSION_EXPIRED';

  /** Whether what was refused had been sent to a session begun for it, too: then another one is of no use. */
  readonly isSpent: boolean;

  constructor(target: string, why?: string, cause?: unknown, isSpent = false) {
    const then = why === undefined ? '' : ` and ${why}`;
    super(`${target}: the session has expired${then}`, cause === undefined ? undefined : { cause });
    this.isSpent = isSpent;
  }

  /** What was refused had been sent to a session that was begun for it, which has expired too. */
  static spent(target: string, cause: unknown): SessionExpiredError {
    return new SessionExpiredError(target, 'so has the one begun in its place', cause, true);
  }

  /** There can be no other session. */
  static lasting(target: string, cause: unknown): SessionExpiredError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new SessionExpiredError(target, `cannot be begun anew: ${why}`, cause);
  }
}

/** Why nothing can be sent over a connection that is not open. */
export function cannotSend(failure: Error | undefined): Error {
  if (failure instanceof SessionExpiredError) return failure;
  const why = failure ? `: ${failure.message}` : '';
  return new Error(`cannot send: the connection is not open${why}`, { cause: failure });
}
