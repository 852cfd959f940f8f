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
}
