/** How servers written after the examples of the SDK say it, with 400 and this code. */
const forgotten = /no valid session id|server not initialized|session not found/i;
const SERVER_ERROR = -32000;

/**
 * Whether a request with a session was refused because the server does not know the session: 404, as the specification
 * wants it, or 400 with the words of the SDK's examples, which many servers have copied.
 */
export function isSessionRefusal(status: number, text: string): boolean {
  return status === 404 || (status === 400 && forgotten.test(messageOf(text)));
}

function messageOf(text: string): string {
  try {
    const { code, message } = Object(Reflect.get(Object(JSON.parse(text)) as object, 'error')) as Record<
      string,
      unknown
    >;
    return code === SERVER_ERROR && typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}
