import type { CheckoutOptions } from '../../lib/index.ts';
import type { Retry } from '../../lib/requests/retry.ts';
import type { Ask } from './script.ts';

/** The options of a checkout; `undefined` where it asks for nothing. */
export function optionsOf(
  { priority, key, timeoutMs }: Ask,
  abort: AbortController | undefined,
): CheckoutOptions | undefined {
  const options = {
    ...(priority !== undefined && { priority }),
    ...(key !== undefined && { key }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(abort !== undefined && { signal: abort.signal }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Has failed work done once more, after a while. */
export function retryOf(retryMs: number | undefined): Retry<unknown> | undefined {
  if (retryMs === undefined) return undefined;
  return (_, { attempt }) => attempt < 2 && (retryMs === 0 || retryMs);
}

/** An error in words, with all its data where it is one of the pool's. */
export function told(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return 'code' in reason ? JSON.stringify(reason) : reason.message;
}

export function settled(outcome: PromiseSettledResult<unknown>): string {
  return outcome.status === 'fulfilled' ? String(outcome.value) : told(outcome.reason);
}
