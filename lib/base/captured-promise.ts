/** How the promise that was made last is settled; to be taken at once. */
interface Captured {
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

/** @internal */
export const captured: Captured = { resolve: nothing, reject: nothing };

/**
 * A promise, with the functions that settle it in `captured`. One executor for all promises: one of its own would cost each
 * promise two objects more, and a call that is not inlined.
 *
 * @internal
 */
export function capturedPromise<T>(): Promise<T> {
  return new Promise<T>(capture);
}

function capture(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  captured.resolve = resolve;
  captured.reject = reject;
}

function nothing(): void {
  // No promise has been made yet.
}
