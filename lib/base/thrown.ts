/**
 * The text of a thrown value, which need not be an `Error`. Never throws itself, even if the value's `toString` does.
 *
 * @internal
 */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'something that has no text';
  }
}

/**
 * Whether an error reports a timeout: its name is `TimeoutError`, as in RxJS, `AbortSignal.timeout` and Node.
 *
 * @internal
 */
export function isTimeoutError(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** A thrown value as an `Error`: itself if it is one, else a new `Error` with its text. */
export function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
