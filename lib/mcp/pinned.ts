import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { type UseOptions, useOnce } from '../checkout/use-once.ts';
import type { Work } from '../checkout/user.ts';
import type { Pool } from '../contract.ts';
import type { McpConnection } from './connection.ts';
import type { Pins } from './pins.ts';

/** The same pool, of which every lease is one of its pins. */
export function pinned<P extends Pool<McpConnection>>(pool: P, pins: Pins): P {
  const close = pool.close.bind(pool);
  const closeAll = async (options?: { readonly timeoutMs?: number }): Promise<void> => {
    const closed = close(options);
    await Promise.all([closed, pins.close(options)]);
  };
  return Object.assign(pool, {
    checkout: (options?: CheckoutOptions) => pins.checkout(options),
    tryCheckout: (options?: CheckoutOptions) => pins.tryCheckout(options),
    use: <T>(work: Work<McpConnection, T>, options?: UseOptions): Promise<T> =>
      useOnce(pins.checkout(options), work, options),
    close: closeAll,
    // As it is when it is asked for: a family has put its own in place of it, to know that the pool is gone.
    [Symbol.asyncDispose](): Promise<void> {
      return this.close();
    },
  });
}
