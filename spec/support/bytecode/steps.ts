import { type Lease, createPool } from '../../../lib/index.ts';
import { isCheckout } from '../../../lib/checkout/checkout.ts';

/** The steps of a lease that every user takes all the time, in the order in which they are run here. */
export const ways = ['checkout', 'wait', 'handOver', 'checkin'] as const;
export type Way = (typeof ways)[number];

/** Runs a step once for each connection. */
export type Steps = Readonly<Record<Way, () => void>>;

export const CONNECTIONS = 10;

/**
 * The steps on a pool whose connections all are up and free, and free again after the last step: everybody checks out,
 * as many others wait, the first ones check in, and then the others.
 */
export async function newSteps(): Promise<Steps> {
  const sizes = { minSize: CONNECTIONS, maxSize: CONNECTIONS };
  const pool = createPool<object>({ connect: () => Promise.resolve({}), healthCheckIntervalMs: 0, ...sizes });
  await pool.ready();
  const checkout$ = pool.checkout();
  if (!isCheckout(checkout$)) throw new Error('this checkout cannot be begun');
  const first: Lease<object>[] = [];
  const second: Lease<object>[] = [];
  // A receiver that is not the pool's own: what it does is not on the way to it.
  const receiver = {
    closed: false,
    next: (lease: Lease<object>): void => void second.push(lease),
    error: (reason: unknown): void => {
      throw new Error('a waiter was not served', { cause: reason });
    },
    complete: (): void => undefined,
  };
  return {
    checkout: () => repeat(() => void first.push(...[pool.tryCheckout()].filter((lease) => lease !== undefined))),
    wait: () => repeat(() => void checkout$.begin(receiver)),
    handOver: () => repeat(() => first.pop()?.checkin()),
    checkin: () => repeat(() => second.pop()?.checkin()),
  };
}

function repeat(step: () => void): void {
  for (let i = 0; i < CONNECTIONS; i++) step();
}
