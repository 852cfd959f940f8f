import { type Observable, type Subscriber, takeWhile } from 'rxjs';
import { overloadedError } from '../errors.ts';
import { type CheckoutOptions, checkCheckoutOptions } from './checkout-options.ts';
import { FairRow, type HeldRequests, PlainRow, type Taken } from './held-requests.ts';
import { Outlet, type OutletOptions, type Turn } from './outlet.ts';

/** The options of `withConnection`, resolved. */
export interface FlowOptions<Request> extends OutletOptions {
  readonly concurrency: number;
  readonly buffer: number;
  readonly checkout: ((request: Request) => CheckoutOptions) | undefined;
}

/** Answers one request. */
type Serve<Request> = (request: Request, checkout: CheckoutOptions | undefined) => Observable<unknown>;

/** The requests of one subscription to `withConnection`: so many at once, the others held back within bounds. */
export class RequestFlow<Request> {
  readonly #serve: Serve<Request>;
  readonly #subscriber: Subscriber<unknown>;
  readonly #options: FlowOptions<Request>;
  readonly #outlet: Outlet;
  readonly #held: HeldRequests<Request>;
  #running = 0;
  #starting = false;

  constructor(serve: Serve<Request>, subscriber: Subscriber<unknown>, options: FlowOptions<Request>) {
    this.#serve = serve;
    this.#subscriber = subscriber;
    this.#options = options;
    this.#outlet = new Outlet(subscriber, options);
    this.#held = options.checkout === undefined ? new PlainRow() : new FairRow();
  }

  run(source$: Observable<Request>): void {
    // A source that emits synchronously and without end has to be stopped from within.
    const isAsked = (): boolean => !this.#subscriber.closed;
    this.#subscriber.add(
      source$.pipe(takeWhile(isAsked)).subscribe({
        next: (request) => {
          this.#take(request);
        },
        error: (error: unknown) => {
          this.#subscriber.error(error);
        },
        complete: () => {
          this.#outlet.complete();
        },
      }),
    );
  }

  get #mustWait(): boolean {
    return this.#running >= this.#options.concurrency || this.#held.length > 0;
  }

  #take(request: Request): void {
    const { buffer } = this.#options;
    const turn = this.#outlet.begin();
    if (this.#mustWait && this.#held.length >= buffer) {
      this.#refuse(overloadedError(this.#held.length, buffer), turn);
      return;
    }
    const taken = this.#ask(request, turn);
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
      this.#refuse(error, turn);
      return undefined;
    }
  }

  #refuse(reason: unknown, turn: Turn | undefined): void {
    this.#outlet.fail(reason, turn);
    this.#outlet.end(turn);
  }

  // A loop, not recursion: requests that are answered synchronously would grow the stack with their number.
  #startFrom(first: Taken<Request> | undefined): void {
    this.#starting = true;
    for (let next = first; next !== undefined && !this.#subscriber.closed; next = this.#next()) this.#start(next);
    this.#starting = false;
  }

  #next(): Taken<Request> | undefined {
    return this.#running < this.#options.concurrency ? this.#held.shift() : undefined;
  }

  #start(taken: Taken<Request>): void {
    this.#running++;
    const { turn } = taken;
    const subscription = this.#serveSafely(taken)?.subscribe({
      next: (value) => {
        this.#outlet.emit(value, turn);
      },
      error: (error: unknown) => {
        this.#outlet.fail(error, turn);
        this.#end(turn);
      },
      complete: () => {
        this.#end(turn);
      },
    });
    if (subscription === undefined || subscription.closed) return;
    this.#subscriber.add(subscription);
    subscription.add(() => {
      this.#subscriber.remove(subscription);
    });
  }

  /** A pool that is not one of ours may throw. */
  #serveSafely({ request, checkout, turn }: Taken<Request>): Observable<unknown> | undefined {
    try {
      return this.#serve(request, checkout);
    } catch (error) {
      this.#outlet.fail(error, turn);
      this.#end(turn);
      return undefined;
    }
  }

  #end(turn: Turn | undefined): void {
    this.#running--;
    this.#outlet.end(turn);
    if (!this.#starting) this.#startFrom(this.#next());
  }
}
