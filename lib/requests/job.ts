import { type Observable, type ObservableInput, isObservable, of } from 'rxjs';
import { isAsyncIterable } from './async-work.ts';
import type { Lease } from '../checkout/lease.ts';

/**
 * What is done with a leased connection. Observables, promises and async iterables are unwrapped; anything else, lists and
 * strings too, is the value itself.
 */
export type Work<C, T> = (connection: C, lease: Lease<C>) => T | PromiseLike<T> | Observable<T> | AsyncIterable<T>;

/** What a piece of work returned, as something that can be subscribed to. @internal */
export function inputOf<T>(work: T | PromiseLike<T> | Observable<T> | AsyncIterable<T>): ObservableInput<T> {
  const { then } = Object(work) as Partial<PromiseLike<T>>;
  const isInput = typeof then === 'function' || isAsyncIterable(work) || isObservable(work) || isInterop(work);
  return isInput ? (work as ObservableInput<T>) : of(work as T);
}

/** An observable of another library. */
function isInterop(work: unknown): boolean {
  const { observable = '@@observable' } = Symbol as { readonly observable?: symbol };
  return typeof work === 'object' && work !== null && typeof Reflect.get(work, observable) === 'function';
}

/** For whom a connection is used, and who is told what comes of it. */
export interface Job<C, T> {
  /** Whether nobody wants it any more: work must not begin, nor go on. */
  readonly closed: boolean;
  work(connection: C, lease: Lease<C>): ObservableInput<T>;
  next(value: T): void;
  error(reason: unknown): void;
  complete(): void;
}
