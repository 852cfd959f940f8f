import type { Observable, ObservableInput } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import type { OutletOptions } from './responses.ts';
import type { RepeatPolicy } from './retry.ts';

/** The options of `withConnection`, resolved. */
export interface FlowOptions<Request> extends OutletOptions {
  readonly poolName: string;
  readonly concurrency: number;
  readonly buffer: number;
  readonly checkout: ((request: Request) => CheckoutOptions) | undefined;
  readonly repeat: RepeatPolicy<Request> | undefined;
}

/** What a request is answered with. */
export interface FlowSource<C, Request> {
  checkout(options: CheckoutOptions | undefined, request: Request): Observable<Lease<C>>;
  project(connection: C, request: Request, lease: Lease<C>): ObservableInput<unknown>;
}
