/** A server that could not be reached, or was lost before it answered. */
export class HttpUnreachableError extends Error {
  /** As the system says it, such as `ECONNREFUSED`; absent where nothing says it. */
  readonly code: string | undefined;
  /** Whether the request may have reached the server: whether it was about to be written to a connection. */
  readonly sent: boolean;

  constructor(target: string, error: unknown, sent: boolean) {
    const cause = causeOf(error);
    const code = textOf(cause, 'code');
    super(`${target}: ${describe(cause, code)}`, { cause: error });
    this.code = code;
    this.sent = sent;
  }
}

/** What `fetch` knows of a failure stands in the cause; by itself it says no more than "fetch failed". */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function describe(cause: unknown, code: string | undefined): string {
  // Where several addresses were tried, the message is empty.
  const message = textOf(cause, 'message') ?? '';
  // Such as "HTTPParserError: Expected HTTP/": what the server speaks is no HTTP.
  const named = cause instanceof Error && cause.name === 'HTTPParserError' ? `${cause.name}: ${message}` : message;
  if (code === undefined || named.includes(code)) return named || 'fetch failed';
  return named === '' ? code : `${named} (${code})`;
}

function textOf(value: unknown, key: string): string | undefined {
  const text: unknown = Reflect.get(Object(value) as object, key);
  return typeof text === 'string' ? text : undefined;
}
