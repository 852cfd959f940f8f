import { captured, capturedPromise } from '../base/captured-promise.ts';
import type { PoolError } from '../errors.ts';
import type { NextRequest } from '../state/pool-state.ts';
import { type CheckoutOptions, requestOf } from './checkout-options.ts';
import type { CheckoutParts } from './checkout-parts.ts';
import type { Lease } from './lease.ts';
import { enter, refusalOf, timeoutOf } from './queue/enter.ts';
import { PendingCheckout, type Queue } from './queue/pending-checkout.ts';
import type { QueuedWaiter } from './queue/queued-waiter.ts';

/** A lease as a promise, without RxJS in between; for options without a signal, in a pool without pins. */
export function awaitLease<C>(parts: CheckoutParts<C>, options: CheckoutOptions | undefined): Promise<Lease<C>> {
  const since = performance.now();
  const stack = parts.leaks?.stack();
  const request = options && requestOf(options, since);
  const lease = parts.matcher.tryLease(since, request, stack);
  return lease === undefined ? wait(parts, since, request, options, stack) : Promise.resolve(lease);
}

function wait<C>(
  parts: CheckoutParts<C>,
  since: number,
  request: NextRequest | undefined,
  options: CheckoutOptions | undefined,
  stack: string | undefined,
): Promise<Lease<C>> {
  const refusal = refusalOf(parts, request?.key);
  if (refusal !== undefined) return Promise.reject(refusal);
  const waiter = parts.waitingRoom.newWaiter(request?.priority ?? 0, request?.key, since);
  const promise = capturedPromise<Lease<C>>();
  const resolve = captured.resolve as (lease: Lease<C>) => void;
  const { reject } = captured;
  enter(parts, new AwaitedCheckout(resolve, reject, parts.waitingRoom, waiter, timeoutOf(parts, options), stack));
  return promise;
}

/** The live side of a waiter that is awaited. */
class AwaitedCheckout<C> extends PendingCheckout<C> {
  readonly #resolve: (lease: Lease<C>) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    resolve: (lease: Lease<C>) => void,
    reject: (reason: unknown) => void,
    queue: Queue<C>,
    waiter: QueuedWaiter<PendingCheckout<C>>,
    timeoutMs: number,
    stack: string | undefined,
  ) {
    super(queue, waiter, timeoutMs, stack);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  protected override succeed(lease: Lease<C>): void {
    this.#resolve(lease);
  }

  protected override fail(reason: PoolError): void {
    this.#reject(reason);
  }
}
