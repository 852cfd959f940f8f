import type { Observable, ObservableInput } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import type { ResponsesOptions } from './responses.ts';
import type { RetryPolicy } from './retry.ts';

/** The options of `withConnection`, resolved. */
export interface FlowOptions<Request> extends ResponsesOptions {
  readonly poolName: string;
  readonly concurrency: number;
  readonly buffer: number;
  readonly checkout: ((request: Request) => CheckoutOptions) | undefined;
  readonly retry: RetryPolicy<Request> | undefined;
}

/** What a request is answered with. */
export interface FlowSource<C, Request> {
  checkout(options: CheckoutOptions | undefined, request: Request): Observable<Lease<C>>;
  project(connection: C, request: Request, lease: Lease<C>): ObservableInput<unknown>;
}
