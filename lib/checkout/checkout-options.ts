import { checkObject, duration, finite } from '../base/durations.ts';
import type { NextRequest } from '../state/pool-state.ts';

/** The options of a single checkout. */
export interface CheckoutOptions {
  /** How long it may wait, in milliseconds; 0 or `Infinity`: for ever. Default: the pool's `checkoutTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Checkouts of a higher priority are served first. Default: 0. */
  readonly priority?: number;
  /**
   * For whom the checkout is, a user or tenant say. Keys take turns, so that no key has to wait for all checkouts of
   * another; a strategy finds the key in `state.next`.
   */
  readonly key?: string;
  /** Aborting it leaves the queue; the checkout then errors with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Throws a `RangeError` or `TypeError` for invalid options. */
export function checkCheckoutOptions(options: CheckoutOptions): void {
  checkObject('options', options);
  const { timeoutMs, priority, key, signal } = options;
  if (timeoutMs !== undefined) duration('timeoutMs', timeoutMs);
  if (priority !== undefined) finite('priority', priority);
  if (key !== undefined && typeof key !== 'string') throw new TypeError('key must be a string');
  if (signal !== undefined && !isSignal(signal)) throw new TypeError('signal must be an AbortSignal');
}

/** Whether the value works as an `AbortSignal`; it may be one of another realm, or a polyfill. @internal */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** The request that these options describe, in the form that the state and the strategies use. */
export function requestOf(options: CheckoutOptions | undefined, since: number): NextRequest {
  const priority = options?.priority ?? 0;
  return options?.key === undefined ? { priority, since } : { key: options.key, priority, since };
}
