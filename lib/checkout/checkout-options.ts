import { checkObject, duration, finite } from '../base/durations.ts';
import type { NextRequest } from '../state/pool-state.ts';

/** What a single checkout may ask for. */
export interface CheckoutOptions {
  /** How long it may wait, in milliseconds, instead of the pool's `checkoutTimeoutMs`; 0 or `Infinity`: for ever. */
  readonly timeoutMs?: number;
  /** Higher goes first; 0 when left out. */
  readonly priority?: number;
  /** Whom it is for. Keys take turns, so that none has to wait for all of another; a strategy finds it in `state.next`. */
  readonly key?: string;
  /** Leaves the queue when aborted; the checkout then errors with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Throws a `RangeError` or `TypeError` for what makes no sense. */
export function checkCheckoutOptions(options: CheckoutOptions): void {
  checkObject('options', options);
  const { timeoutMs, priority, key, signal } = options;
  if (timeoutMs !== undefined) duration('timeoutMs', timeoutMs);
  if (priority !== undefined) finite('priority', priority);
  if (key !== undefined && typeof key !== 'string') throw new TypeError('key must be a string');
  if (signal !== undefined && !isSignal(signal)) throw new TypeError('signal must be an AbortSignal');
}

/** Whether it does what a signal does; it may be one of another realm, or a polyfill. @internal */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** The request that these options describe, as the state and the strategies see it. */
export function requestOf(options: CheckoutOptions | undefined, since: number): NextRequest {
  const priority = options?.priority ?? 0;
  return options?.key === undefined ? { priority, since } : { key: options.key, priority, since };
}
