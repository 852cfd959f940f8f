import { type Observable, type ObservableInput, Subscriber, Subscription } from 'rxjs';
import { heldUpError, overloadedError } from '../errors.ts';
import { reporting } from '../base/report.ts';
import { Attempts } from './attempts.ts';
import { checkCheckoutOptions } from '../checkout/checkout-options.ts';
import type { FlowOptions, FlowSource } from './flow-options.ts';
import { FairRow, type Held, type HeldRequests, PlainRow, type Taken } from './held-requests.ts';
import type { Lease } from '../checkout/lease.ts';
import { Responses, type Turn } from './responses.ts';
import type { RetryPolicy } from './retry.ts';
import { Use } from './use.ts';
import type { Job } from './job.ts';

/** With `ordered` so many values may wait for their turn beyond one of each request, whatever the `buffer`. */
const LEAST_KEPT = 10_000;

/** The requests of one subscription to `withConnection`: so many at once, the others held back within bounds. */
export class RequestFlow<C, Request> {
  readonly #source: FlowSource<C, Request>;
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: FlowOptions<Request>;
  readonly #outlet: Responses;
  readonly #held: HeldRequests<Request>;
  /** Requests under way that were not answered as soon as they began. */
  readonly #served = new Set<Served<C, Request>>();
  #running = 0;
  #starting = false;

  constructor(source: FlowSource<C, Request>, subscriber: Subscriber<unknown>, options: FlowOptions<Request>) {
    this.#source = source;
    this.#subscriber = subscriber;
    this.#options = options;
    this.#outlet = new Responses(subscriber, options, Math.max(options.buffer, LEAST_KEPT));
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
      complete: reporting(this.#outlet.complete.bind(this.#outlet)),
    });
    this.#subscriber.add(requests);
    source$.subscribe(requests);
  }

  /** Nobody wants the responses any more. */
  #leave(): void {
    const all = new Subscription();
    for (const { use } of this.#served) all.add(use);
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
    return ordered && this.#outlet.open >= atOnce + buffer;
  }

  #take(request: Request): void {
    if (this.#isFull) {
      const { poolName, buffer } = this.#options;
      this.#outlet.refuse(() => overloadedError(poolName, this.#outlet.open - this.#running, buffer));
      return;
    }
    const taken = this.#ask(request, this.#outlet.begin());
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
      this.#outlet.fail(error, turn);
      this.#outlet.end(turn);
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

  #start(taken: Taken<Request>): void {
    this.#running++;
    const served = new Served(this, taken, this.#options.retry);
    const { use } = served;
    try {
      use.begin(this.#source.checkout(taken.checkout, taken.request));
    } catch (error) {
      use.error(error); // a pool that is not one of ours may throw
    }
    if (this.closed) use.unsubscribe();
    else if (!use.closed) this.#served.add(served);
  }

  /** Whether nobody wants the responses any more. */
  get closed(): boolean {
    return this.#subscriber.closed;
  }

  project(connection: C, request: Request, lease: Lease<C>): ObservableInput<unknown> {
    return this.#source.project(connection, request, lease);
  }

  emit(value: unknown, served: Served<C, Request>): void {
    if (this.#outlet.emit(value, served.turn)) return;
    // It emits more than can be kept until its turn.
    const { kept, mostKept } = this.#outlet;
    try {
      served.use.unsubscribe();
    } finally {
      this.fail(heldUpError(this.#options.poolName, kept, mostKept), served);
    }
  }

  fail(reason: unknown, served: Served<C, Request>): void {
    this.#outlet.fail(reason, served.turn);
    this.end(served);
  }

  end(served: Served<C, Request>): void {
    this.#served.delete(served);
    this.#running--;
    this.#outlet.end(served.turn);
    if (!this.#starting) this.#startFrom();
  }
}

/** One request under way. */
class Served<C, Request> implements Job<C, unknown> {
  readonly use: Use<C, unknown> | Attempts<C, unknown, Request>;
  readonly turn: Turn | undefined;
  readonly #flow: RequestFlow<C, Request>;
  readonly #request: Request;

  constructor(
    flow: RequestFlow<C, Request>,
    { request, turn, context }: Taken<Request>,
    retry: RetryPolicy<Request> | undefined,
  ) {
    this.#flow = flow;
    this.#request = request;
    this.turn = turn;
    this.use = retry === undefined ? new Use(this, context) : new Attempts(this, retry, request, context);
  }

  get closed(): boolean {
    return this.#flow.closed;
  }

  work(connection: C, lease: Lease<C>): ObservableInput<unknown> {
    const request = this.use instanceof Attempts ? this.use.request : this.#request;
    return this.#flow.project(connection, request, lease);
  }

  next(value: unknown): void {
    this.#flow.emit(value, this);
  }

  error(reason: unknown): void {
    this.#flow.fail(reason, this);
  }

  complete(): void {
    this.#flow.end(this);
  }
}
