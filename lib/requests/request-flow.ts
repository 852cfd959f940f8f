import { type Observable, type ObservableInput, Subscriber, Subscription } from 'rxjs';
import { LinkedList } from '../base/linked-list.ts';
import { reporting } from '../base/report.ts';
import { type CheckoutOptions, checkCheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import { heldUpError, overloadedError } from '../errors.ts';
import { FairRow, type Held, type HeldRequests, PlainRow, type Taken } from './held-requests.ts';
import { type Job, RequestRun } from './request-run.ts';
import { Responses, type ResponsesOptions, type Turn } from './responses.ts';
import type { RetryPolicy } from './retry.ts';

/** The options of `withConnection`, resolved. */
interface FlowOptions<Request> extends ResponsesOptions {
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

/** With `ordered` so many values may wait for their turn beyond one of each request, whatever the `buffer`. */
const LEAST_KEPT = 10_000;

/** The requests of one subscription to `withConnection`: so many at once, the others held back within bounds. */
export class RequestFlow<C, Request> implements Job<C, unknown, Request> {
  readonly #source: FlowSource<C, Request>;
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: FlowOptions<Request>;
  readonly #responses: Responses;
  readonly #held: HeldRequests<Request>;
  /** Requests under way that were not answered as soon as they began. */
  readonly #runs = new LinkedList<RequestRun<C, unknown, Request>>();
  #running = 0;
  #starting = false;

  constructor(source: FlowSource<C, Request>, subscriber: Subscriber<unknown>, options: FlowOptions<Request>) {
    this.#source = source;
    this.#subscriber = subscriber;
    this.#options = options;
    this.#responses = new Responses(subscriber, options, Math.max(options.buffer, LEAST_KEPT));
    this.#held = options.checkout === undefined ? new PlainRow() : new FairRow();
  }

  run(source$: Observable<Request>): void {
    this.#subscriber.add(() => {
      this.#leave();
    });
    // Made by hand, to be closed from within: a source may emit synchronously and without end. It also has others to
    // tell, whom what a teardown of a work throws must not reach.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- `takeWhile` costs a twentieth of a request
    const requests = new Subscriber<Request>({
      next: reporting(this.#take.bind(this)),
      error: reporting((error: unknown) => {
        this.#subscriber.error(error);
      }),
      complete: reporting(this.#responses.complete.bind(this.#responses)),
    });
    this.#subscriber.add(requests);
    source$.subscribe(requests);
  }

  /** Nobody wants the responses any more. */
  #leave(): void {
    const all = new Subscription();
    for (const run of this.#runs) all.add(run);
    all.unsubscribe();
  }

  get #mustWait(): boolean {
    return this.#running >= this.#options.concurrency || this.#held.length > 0;
  }

  /** Whether there is no room for one more: to be held back or, with `ordered`, to wait for its turn when it is done. */
  get #isFull(): boolean {
    const { concurrency, buffer, ordered } = this.#options;
    if (this.#mustWait && this.#held.length >= buffer) return true;
    // Where as many as may come begin at once, it is the answers alone that are bounded.
    const atOnce = concurrency === Infinity ? this.#running + 1 : concurrency;
    return ordered && this.#responses.open >= atOnce + buffer;
  }

  #take(request: Request): void {
    if (this.#isFull) {
      const { poolName, buffer } = this.#options;
      this.#responses.refuse(() => overloadedError(poolName, this.#responses.open - this.#running, buffer));
      return;
    }
    const taken = this.#ask(request, this.#responses.begin());
    if (taken === undefined) return;
    if (this.#mustWait || this.#starting) this.#held.push(taken);
    else this.#startFrom(taken);
  }

  /** How the request is to be checked out; `undefined` when the user's function cannot tell, which fails the request. */
  #ask(request: Request, turn: Turn | undefined): Taken<Request> | undefined {
    try {
      const checkout = this.#options.checkout?.(request);
      if (checkout !== undefined) checkCheckoutOptions(checkout);
      return { request, checkout, turn };
    } catch (error) {
      this.#responses.fail(error, turn);
      this.#responses.end(turn);
      return undefined;
    }
  }

  // A loop, not recursion: requests that are answered synchronously would grow the stack with their number.
  #startFrom(first?: Taken<Request>): void {
    this.#starting = true;
    if (first !== undefined && !this.closed) this.#start(first);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.context.runInAsyncScope(this.#start, this, next);
    }
    this.#starting = false;
  }

  #next(): Held<Request> | undefined {
    const isFull = this.#running >= this.#options.concurrency;
    return isFull || this.closed ? undefined : this.#held.shift();
  }

  #start({ request, checkout, turn, context }: Taken<Request>): void {
    this.#running++;
    const run = new RequestRun(this, request, this.#options.retry, context);
    run.turn = turn;
    try {
      run.begin(this.#source.checkout(checkout, request));
    } catch (error) {
      run.error(error); // a pool that is not one of ours may throw
    }
    if (this.closed) run.unsubscribe();
    else if (!run.closed) this.#runs.push(run);
  }

  /** Whether nobody wants the responses any more. */
  get closed(): boolean {
    return this.#subscriber.closed;
  }

  work(connection: C, request: Request, lease: Lease<C>): ObservableInput<unknown> {
    return this.#source.project(connection, request, lease);
  }

  next(value: unknown, run: RequestRun<C, unknown, Request>): void {
    if (this.#responses.emit(value, run.turn)) return;
    // It emits more than can be kept until its turn.
    const { kept, mostKept } = this.#responses;
    try {
      run.unsubscribe();
    } finally {
      this.error(heldUpError(this.#options.poolName, kept, mostKept), run);
    }
  }

  error(reason: unknown, run: RequestRun<C, unknown, Request>): void {
    this.#responses.fail(reason, run.turn);
    this.complete(run);
  }

  complete(run: RequestRun<C, unknown, Request>): void {
    this.#runs.remove(run);
    this.#running--;
    this.#responses.end(run.turn);
    if (!this.#starting) this.#startFrom();
  }
}
