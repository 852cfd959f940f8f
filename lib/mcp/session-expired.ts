/** The server does not know the session any more (legacy era): it refused what was sent, before processing it. */
export class SessionExpiredError extends Error {
  readonly code = 'MCP_SESSION_EXPIRED';

  constructor(target: string, why?: string, cause?: unknown) {
    const then = why === undefined ? '' : ` and ${why}`;
    super(`${target}: the session has expired${then}`, cause === undefined ? undefined : { cause });
  }
}
