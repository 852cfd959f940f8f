/** With these no connection was made, so that nothing was sent. */
const beforeSending: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** A server that could not be reached, or was lost before it answered; `fetch` says no more than "fetch failed". */
export class HttpUnreachableError extends Error {
  /** As the system says it, such as `ECONNREFUSED`; absent where nothing says it. */
  readonly code: string | undefined;
  /** Whether the request may have reached the server. */
  readonly sent: boolean;

  constructor(target: string, error: unknown) {
    const cause = causeOf(error);
    const code = textOf(cause, 'code');
    super(`${target}: ${describe(cause, code)}`, { cause: error });
    this.code = code;
    this.sent = !beforeSending.includes(code);
  }
}

/** What `fetch` knows of a failure stands in the cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function describe(cause: unknown, code: string | undefined): string {
  // Where several addresses were tried, the message is empty.
  const message = textOf(cause, 'message') ?? '';
  if (code === undefined || message.includes(code)) return message || 'fetch failed';
  return message === '' ? code : `${message} (${code})`;
}

function textOf(value: unknown, key: string): string | undefined {
  const text: unknown = Reflect.get(Object(value) as object, key);
  return typeof text === 'string' ? text : undefined;
}
