import { type Observable, type ObservableInput, isObservable, of } from 'rxjs';
import { captured, capturedPromise } from '../base/captured-promise.ts';
import { onAbort } from '../base/on-abort.ts';
import { reporting } from '../base/report.ts';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import { type Job, RequestRun } from './request-run.ts';
import { type Retry, type RetryPolicy, policyOf } from './retry.ts';
import { isAsyncIterable, isPromise } from './work-under-way.ts';

/**
 * What is done with a leased connection. Observables, promises and async iterables are unwrapped; anything else, lists and
 * strings too, is the value itself.
 */
export type Work<C, T> = (connection: C, lease: Lease<C>) => T | PromiseLike<T> | Observable<T> | AsyncIterable<T>;

type Worked<T> = T | PromiseLike<T> | Observable<T> | AsyncIterable<T>;

/** What a single use may ask for. */
export interface UseOptions extends CheckoutOptions {
  /** Whether work that failed is done again with another lease; it is not where this is left out. */
  readonly retry?: Retry<undefined> | RetryPolicy<undefined> | false | undefined;
}

/** One use for people who live in promises: the last value of the work, `undefined` when there is none. */
export function useOnce<C, T>(lease$: Observable<Lease<C>>, work: Work<C, T>, options?: UseOptions): Promise<T> {
  const promise = capturedPromise<T>();
  begin(new OneUse(work, captured), undefined, policyOf(options?.retry), lease$, options?.signal);
  return promise;
}

type Project<C, T, Request> = (connection: C, request: Request, lease: Lease<C>) => Worked<T>;

/**
 * One request for people who live in promises: the last value of its response, `undefined` when there is none. An aborted
 * `signal` ends it, and its reason is what it rejects with.
 */
export function requestOnce<C, T, Request>(
  lease$: Observable<Lease<C>>,
  request: Request,
  project: Project<C, T, Request>,
  policy: RetryPolicy<Request> | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  const promise = capturedPromise<T>();
  begin(new OneRequest(project, captured), request, policy, lease$, signal);
  return promise;
}

function begin<C, T, Request>(
  job: LastValue<C, T, Request>,
  request: Request,
  policy: RetryPolicy<Request> | undefined,
  lease$: Observable<Lease<C>>,
  signal: AbortSignal | undefined,
): void {
  const run = new RequestRun(job, request, policy);
  try {
    run.begin(lease$);
  } catch (error) {
    job.error(error);
    return;
  }
  if (signal !== undefined && !run.closed) endWith(signal, job, run);
}

function endWith<C, T, Request>(
  signal: AbortSignal,
  job: LastValue<C, T, Request>,
  run: RequestRun<C, T, Request>,
): void {
  const end = reporting(() => {
    run.unsubscribe();
  });
  const abort = (): void => {
    end();
    job.error(signal.reason);
  };
  // The work may have aborted it before there was anything to unsubscribe from.
  if (signal.aborted) abort();
  else job.stopListening = onAbort(signal, abort);
}

/** Keeps the last value, for a promise. */
abstract class LastValue<C, T, Request> implements Job<C, T, Request> {
  readonly closed = false;
  stopListening: (() => void) | undefined;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #last: T | undefined;

  constructor({ resolve, reject }: typeof captured) {
    this.#resolve = resolve as (value: T) => void;
    this.#reject = reject;
  }

  abstract work(connection: C, request: Request, lease: Lease<C>): ObservableInput<T>;

  next(value: T): void {
    this.#last = value;
  }

  error(reason: unknown): void {
    this.stopListening?.();
    this.#reject(reason);
  }

  complete(): void {
    this.stopListening?.();
    this.#resolve(this.#last as T);
  }
}

class OneUse<C, T> extends LastValue<C, T, undefined> {
  readonly #work: Work<C, T>;

  constructor(work: Work<C, T>, promise: typeof captured) {
    super(promise);
    this.#work = work;
  }

  override work(connection: C, _: undefined, lease: Lease<C>): ObservableInput<T> {
    const work = this.#work;
    return inputOf(work(connection, lease));
  }
}

class OneRequest<C, T, Request> extends LastValue<C, T, Request> {
  readonly #project: Project<C, T, Request>;

  constructor(project: Project<C, T, Request>, promise: typeof captured) {
    super(promise);
    this.#project = project;
  }

  override work(connection: C, request: Request, lease: Lease<C>): ObservableInput<T> {
    const project = this.#project;
    return inputOf(project(connection, request, lease));
  }
}

/** What a piece of work returned, as something that can be subscribed to. */
function inputOf<T>(work: Worked<T>): ObservableInput<T> {
  const isInput =
    work instanceof Promise || isObservable(work) || isPromise(work) || isAsyncIterable(work) || isInterop(work);
  return isInput ? (work as ObservableInput<T>) : of(work);
}

/** An observable of another library. */
function isInterop(work: unknown): boolean {
  const { observable = '@@observable' } = Symbol as { readonly observable?: symbol };
  return typeof work === 'object' && work !== null && typeof Reflect.get(work, observable) === 'function';
}
