import {
  Observable,
  type ObservableInput,
  type Observer,
  type Subscriber,
  Subscription,
  filter,
  from,
  map,
  takeWhile,
} from 'rxjs';
import { connectionLostError } from '../errors.ts';
import type { Lease } from './lease.ts';
import { onAbort } from './on-abort.ts';

/** What is done with a leased connection. */
export type Work<C, T> = (connection: C, lease: Lease<C>) => ObservableInput<T>;

/**
 * Leases a connection, works with it and checks it in when the work completes, fails or is unsubscribed from.
 * Emits what the work emits; errors with `POOL_CONNECTION_LOST` when the connection goes down meanwhile.
 *
 * The connection is back before completion or the error is told, so that whoever goes on at once finds it free.
 */
export function leased<C, T>(lease$: Observable<Lease<C>>, work: Work<C, T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const running = new Subscription();
    let held: Lease<C> | undefined;
    const isAsked = (): boolean => !running.closed;
    const end = (): void => {
      try {
        running.unsubscribe();
      } finally {
        // Also where a teardown of the work throws. Does nothing where the work destroyed its lease, or lost it.
        held?.[Symbol.dispose]();
      }
    };
    const pass = passing(subscriber, end);
    const begin = (lease: Lease<C>): void => {
      // Observers of the checkout have run meanwhile; nobody may be left to work.
      if (subscriber.closed) {
        lease.checkin();
        return;
      }
      held = lease;
      running.add(lost(lease).subscribe({ next: pass.error, error: pass.error }));
      if (running.closed) return;
      // Work that emits synchronously and without end has to be stopped from within.
      running.add(inputOf(work, lease).pipe(takeWhile(isAsked)).subscribe(pass));
    };
    subscriber.add(end);
    running.add(lease$.subscribe({ next: begin, error: pass.error }));
  });
}

/** Passes on what the work tells; its end only after `end`, which throws what a teardown of the work throws. */
function passing<T>(subscriber: Subscriber<T>, end: () => void): Observer<T> {
  const last = (tell: () => void): void => {
    try {
      end();
    } finally {
      tell();
    }
  };
  return {
    next: (value) => {
      subscriber.next(value);
    },
    error: (reason: unknown) => {
      last(() => {
        subscriber.error(reason);
      });
    },
    complete: () => {
      last(() => {
        subscriber.complete();
      });
    },
  };
}

/** Emits the error when the connection is gone; a pool that is being closed lets the work under way finish. */
function lost<C>(lease: Lease<C>): Observable<Error> {
  return lease.revoked$.pipe(
    filter(({ reason }) => reason !== 'draining'),
    map(({ reason, cause }) => connectionLostError(reason, cause)),
  );
}

/** `leased` for people who live in promises: the last value, `undefined` when there is none. */
export function use<C, T>(lease$: Observable<Lease<C>>, work: Work<C, T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: T | undefined;
    const subscription = leased(lease$, work).subscribe({
      next: (value) => (last = value),
      error: reject,
      complete: () => {
        resolve(last as T);
      },
    });
    if (signal === undefined) return;
    const abort = (): void => {
      subscription.unsubscribe();
      // The caller's own reason, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason);
    };
    subscription.add(onAbort(signal, abort));
    // The work may have aborted it before there was anything to unsubscribe from.
    if (signal.aborted) abort();
  });
}

function inputOf<C, T>(work: Work<C, T>, lease: Lease<C>): Observable<T> {
  try {
    return from(work(lease.connection, lease));
  } catch (error) {
    return new Observable((subscriber) => {
      subscriber.error(error);
    });
  }
}
