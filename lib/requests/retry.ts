/** What is known of an attempt that failed. */
export interface FailedAttempt<Request> {
  /** The request that failed, as it was asked for. */
  readonly request: Request;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether the work had begun, so that something may have been sent. */
  readonly begun: boolean;
  /** Values that this attempt and those before it have emitted. */
  readonly emitted: number;
}

/**
 * Whether a request that failed is asked again: `true` for at once, a number for after so many milliseconds, `false` or
 * `Infinity` for never. What it throws is told in place of the error. It is not asked once a value was emitted.
 */
export type Retry<Request> = (error: unknown, failed: FailedAttempt<Request>) => boolean | number;

/** Decides as `Retry` does, and follows each request from its beginning to its end. */
export interface RetryPolicy<Request> {
  /** A request begins, before it has a connection; what this throws is what the request fails with. */
  follow(request: Request): Followed<Request>;
}

/** How a request ended; `cancelled`: nobody wanted it any more. */
export type RequestStatus = 'answered' | 'failed' | 'cancelled';

/** One request under the eyes of a policy. */
export interface Followed<Request> {
  /** What is asked in its place, such as the same with a trace in it; the request itself where it is left out. */
  readonly request?: Request;
  /** Calls `begin`, in which an attempt begins: its work is done in the asynchronous context that there is then. */
  within?(begin: () => void): void;
  /** An attempt begins on this connection. */
  begun?(connection: unknown): void;
  /** As `Retry`, but its answer also counts where values were emitted, which are then emitted again. */
  failed(error: unknown, failed: FailedAttempt<Request>): boolean | number;
  /** The request is over, once and for all: with its last value, or with the error that it fails with. */
  ended?(status: RequestStatus, outcome: unknown): void;
}

/** Of a request that is not asked again. @internal */
export const unretried: Followed<never> = { failed: () => false };

/** What a user gave as `retry`, as a policy; `undefined` where nothing is retried. Throws a `TypeError` for anything else. */
export function policyOf<Request>(
  retry: Retry<Request> | RetryPolicy<Request> | false | undefined,
): RetryPolicy<Request> | undefined {
  if (retry === undefined || retry === false) return undefined;
  if (typeof retry === 'function') {
    const failed: Retry<Request> = (error, attempt) => attempt.emitted === 0 && retry(error, attempt);
    return { follow: () => ({ failed }) };
  }
  const follow: unknown = Reflect.get(Object(retry) as object, 'follow');
  if (typeof follow !== 'function') throw new TypeError('retry must be a function, or an object with a follow()');
  return retry;
}
