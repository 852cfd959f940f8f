import {
  Observable,
  type ObservableInput,
  type Observer,
  type Subscriber,
  Subscription,
  from,
  takeWhile,
  throwError,
} from 'rxjs';
import { connectionLostError, messageOf } from '../errors.ts';
import { type Lease, PoolLease, type Revocation } from './lease.ts';
import { onAbort } from './on-abort.ts';

/** What is done with a leased connection. */
export type Work<C, T> = (connection: C, lease: Lease<C>) => ObservableInput<T>;

/**
 * Leases a connection, works with it and checks it in when the work completes, fails or is unsubscribed from.
 * Emits what the work emits; errors with `POOL_CONNECTION_LOST` when the connection goes down meanwhile.
 *
 * The connection is back before completion or the error is told, so that whoever goes on at once finds it free. Work
 * begins and goes on only while `isWanted`: who unsubscribes from many lets go of one connection after the other, and the
 * requests still waiting for one must not begin.
 */
export function leased<C, T>(
  lease$: Observable<Lease<C>>,
  work: Work<C, T>,
  isWanted: () => boolean = always,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    new Use(subscriber, work, isWanted).begin(lease$);
  });
}

function always(): boolean {
  return true;
}

/** One use of a connection, from the checkout to the end of the work. */
class Use<C, T> implements Observer<T> {
  readonly #subscriber: Subscriber<T>;
  readonly #work: Work<C, T>;
  readonly #running = new Subscription();
  readonly #isWanted: () => boolean;
  #lease: Lease<C> | undefined;

  constructor(subscriber: Subscriber<T>, work: Work<C, T>, isWanted: () => boolean) {
    this.#subscriber = subscriber;
    this.#work = work;
    this.#isWanted = isWanted;
  }

  begin(lease$: Observable<Lease<C>>): void {
    this.#subscriber.add(this);
    const next = (lease: Lease<C>): void => {
      this.#start(lease);
    };
    const error = (reason: unknown): void => {
      this.error(reason);
    };
    this.#running.add(lease$.subscribe({ next, error }));
  }

  next(value: T): void {
    this.#subscriber.next(value);
  }

  error(reason: unknown): void {
    if (this.#lease instanceof PoolLease) this.#lease.blame(reason);
    try {
      this.unsubscribe();
    } finally {
      this.#subscriber.error(reason);
    }
  }

  complete(): void {
    try {
      this.unsubscribe();
    } finally {
      this.#subscriber.complete();
    }
  }

  /** Ends the work and gives the connection back; throws what a teardown of the work throws. */
  unsubscribe(): void {
    try {
      this.#running.unsubscribe();
    } finally {
      // Does nothing where the work destroyed its lease, or lost it.
      this.#lease?.[Symbol.dispose]();
    }
  }

  #start(lease: Lease<C>): void {
    // Observers of the checkout have run meanwhile; nobody may be left to work.
    if (this.#subscriber.closed || !this.#isWanted()) {
      lease.checkin();
      return;
    }
    this.#lease = lease;
    this.#watch(lease);
    if (this.#running.closed) return;
    // Work that emits synchronously and without end has to be stopped from within.
    const isAsked = (): boolean => !this.#running.closed && this.#isWanted();
    this.#running.add(inputOf(this.#work, lease).pipe(takeWhile(isAsked)).subscribe(this));
  }

  #watch(lease: Lease<C>): void {
    const next = (revocation: Revocation): void => {
      this.#lose(revocation);
    };
    const error = (reason: unknown): void => {
      this.error(reason);
    };
    if (lease instanceof PoolLease && lease.status === 'held') lease.onRevoked = next;
    else this.#running.add(lease.revoked$.subscribe({ next, error }));
  }

  #lose({ reason, cause }: Revocation): void {
    // A pool or a connection that is to be closed lets the work under way finish.
    if (reason === 'draining' || reason === 'retiring') return;
    try {
      this.error(connectionLostError(reason, cause));
    } catch (error) {
      // Who tells this has others to tell; RxJS reports it as it does whatever a subscriber throws.
      throwError(() => (error instanceof Error ? error : new Error(messageOf(error)))).subscribe();
    }
  }
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
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the caller's own reason
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
