import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Pool } from '../pool/pool.ts';

/** The same pool, which throws a `TypeError` at a checkout without a key: whose connection it wants nobody knows. */
export function keyed<P extends Pick<Pool<unknown>, 'checkout' | 'tryCheckout'>>(pool: P): P {
  const own = { checkout: pool.checkout.bind(pool), tryCheckout: pool.tryCheckout.bind(pool) };
  // `use` goes by this `checkout`.
  return Object.assign(pool, {
    checkout: (options?: CheckoutOptions) => own.checkout(withKey(options)),
    tryCheckout: (options?: CheckoutOptions) => own.tryCheckout(withKey(options)),
  });
}

function withKey(options: CheckoutOptions | undefined): CheckoutOptions {
  if (options?.key === undefined) throw new TypeError('a pinned pool needs a key for each checkout');
  return options;
}
