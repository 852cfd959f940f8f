/** The text of whatever was thrown; never throws itself, whatever that is. @internal */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'something that has no text';
  }
}

/** Whether an error says that something took too long, as those of RxJS, of `AbortSignal.timeout` and of Node do. @internal */
export function isTimeoutError(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** What was thrown, as an error. */
export function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
