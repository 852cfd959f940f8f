import { Observable, type ObservableInput, type OperatorFunction } from 'rxjs';
import { count } from '../base/durations.ts';
import { type OptionNames, checkKnown } from '../base/known-options.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import { type Retry, type RetryPolicy, policyOf } from './retry.ts';
import { type FlowSource, RequestFlow } from './request-flow.ts';

/** How `withConnection` serves its requests. */
export interface WithConnectionOptions<Request> {
  /** Requests under way at once; by default what the pool can lease at once. */
  readonly concurrency?: number;
  /**
   * Responses in the order of the requests; by default as they come. Those that wait for their turn are bounded: at most
   * `concurrency` and `buffer` requests together may not be out (`buffer` answers, where `concurrency` is `Infinity`), and
   * `buffer` values, 10 000 at the least, may wait beyond one of each request; what goes beyond fails as below.
   */
  readonly ordered?: boolean;
  /** Emits each outcome as a `PromiseSettledResult`, so that one failing request does not end the stream. */
  readonly settle?: boolean;
  /**
   * The checkout of each request, asked for once, when it comes. Of the requests held back, too, higher priorities go
   * first, and then one of each key in turn.
   */
  readonly checkout?: (request: Request) => CheckoutOptions;
  /** Requests held back at most while others are under way; by default the pool's `maxWaiting`. */
  readonly buffer?: number;
  /**
   * Whether a request that failed is asked again, with another lease and in its old place; its turn in `concurrency` is
   * its own until then. Nothing is retried where this is left out, but for pools that know how (`createMcpPool`) and
   * without `project`; `false`: not there either.
   */
  readonly retry?: Retry<Request> | RetryPolicy<Request> | false | undefined;
}

/** The options of `withConnection` and `withConnectionFor`. @internal */
export const optionNames: OptionNames<WithConnectionOptions<never>> = {
  concurrency: true,
  ordered: true,
  settle: true,
  checkout: true,
  buffer: true,
  retry: true,
};

/** What is done with one request; the response may have any number of values. */
export type Project<C, Request, Response> = (
  connection: C,
  request: Request,
  lease: Lease<C>,
) => ObservableInput<Response>;

/** A connection that answers requests by itself. */
export interface Requestable<Request, Response> {
  /** Sends the request; the response may have any number of values. */
  request(request: Request): ObservableInput<Response>;
}

interface LeasingPool<C> {
  readonly name?: string;
  readonly state: PoolState;
  checkout(options?: CheckoutOptions): Observable<Lease<C>>;
  /** How a request is checked out where nothing else is said. */
  readonly checkoutOf?: ((request: never) => CheckoutOptions) | undefined;
  /** The same policy, but requests are watched besides; absent where nobody can watch them. */
  watched?<Request>(policy: RetryPolicy<Request> | undefined): RetryPolicy<Request>;
}

/** A pool whose connections answer requests, and that may know which of these can be retried. */
interface AnsweringPool<Request, Response> extends LeasingPool<Requestable<Request, Response>> {
  readonly retryPolicy?: RetryPolicy<Request>;
}

/**
 * Serves each request with a connection of the pool: checks out, emits what `project` emits, and checks in when it
 * completes, fails or is unsubscribed from. Without `project` the connection's own `request()` is used.
 *
 * Completes when the source has and all responses are out. Errors as the source or the first failing request does
 * (`POOL_CONNECTION_LOST` when a connection goes down under its request, `POOL_OVERLOADED` when the source is more than
 * `buffer` requests ahead, answers that wait for their turn included); with `settle` a failing request is a value.
 */
export function withConnection<C, Request, Response>(
  pool: LeasingPool<C>,
  project: Project<C, Request, Response>,
  options: WithConnectionOptions<Request> & { readonly settle: true },
): OperatorFunction<Request, PromiseSettledResult<Response>>;
export function withConnection<C, Request, Response>(
  pool: LeasingPool<C>,
  project: Project<C, Request, Response>,
  options?: WithConnectionOptions<Request> & { readonly settle?: false },
): OperatorFunction<Request, Response>;
export function withConnection<C, Request, Response>(
  pool: LeasingPool<C>,
  project: Project<C, Request, Response>,
  options: WithConnectionOptions<Request>,
): OperatorFunction<Request, Response | PromiseSettledResult<Response>>;
export function withConnection<Request, Response>(
  pool: AnsweringPool<Request, Response>,
  project: undefined,
  options: WithConnectionOptions<Request> & { readonly settle: true },
): OperatorFunction<Request, PromiseSettledResult<Response>>;
export function withConnection<Request, Response>(
  pool: AnsweringPool<Request, Response>,
  project?: undefined,
  options?: WithConnectionOptions<Request> & { readonly settle?: false },
): OperatorFunction<Request, Response>;
export function withConnection<Request, Response>(
  pool: AnsweringPool<Request, Response>,
  project: undefined,
  options: WithConnectionOptions<Request>,
): OperatorFunction<Request, Response | PromiseSettledResult<Response>>;
export function withConnection<C, Request>(
  pool: LeasingPool<C> & { readonly retryPolicy?: RetryPolicy<Request> },
  project: FlowSource<C, Request>['project'] = ownRequest,
  options: WithConnectionOptions<Request> = {},
): OperatorFunction<Request, unknown> {
  if (typeof project !== 'function') throw new TypeError('project must be a function');
  checkKnown('withConnection', options, optionNames);
  const { concurrency, buffer } = options;
  const checkout = options.checkout ?? (pool.checkoutOf as typeof options.checkout);
  const policy = policyOf(options.retry ?? (project === ownRequest ? pool.retryPolicy : undefined));
  const retry = pool.watched?.(policy) ?? policy;
  if (concurrency !== undefined && concurrency !== Infinity) count('concurrency', concurrency, 1);
  if (buffer !== undefined && buffer !== Infinity) count('buffer', buffer, 0);
  return (source$) =>
    new Observable((subscriber) => {
      const { maxSize, maxLeasesPerConnection, maxWaiting } = pool.state;
      const source: FlowSource<C, Request> = { checkout: (how) => pool.checkout(how), project };
      const flow = new RequestFlow(source, subscriber, {
        poolName: pool.name ?? 'pool',
        concurrency: concurrency ?? maxSize * maxLeasesPerConnection,
        buffer: buffer ?? maxWaiting,
        ordered: options.ordered ?? false,
        settle: options.settle ?? false,
        checkout,
        retry,
      });
      flow.run(source$);
    });
}

function ownRequest(connection: unknown, request: unknown): ObservableInput<unknown> {
  const own = connection as Partial<Requestable<unknown, unknown>>;
  if (typeof own.request !== 'function') {
    throw new TypeError('withConnection needs a project function: the connection has no request()');
  }
  return own.request(request);
}
