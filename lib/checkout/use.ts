import { type Observable, type ObservableInput, Subscriber, type Unsubscribable, from, throwError } from 'rxjs';
import { connectionLostError, messageOf } from '../errors.ts';
import { isCheckout } from './checkout.ts';
import { type Lease, type LeaseHolder, PoolLease, type Revocation } from './lease.ts';
import type { Receiver } from './pending-checkout.ts';
import type { User } from './user.ts';

/**
 * One use of a connection: leases it, works with it, and checks it in when the work completes, fails or is unsubscribed
 * from. Fails with `POOL_CONNECTION_LOST` when the connection goes down meanwhile.
 *
 * The connection is back before completion or the error is told, so that whoever goes on at once finds it free.
 */
export class Use<C, T> implements Receiver<C>, LeaseHolder, Unsubscribable {
  /** Whether it is over. */
  closed = false;
  readonly #user: User<C, T>;
  #checkout: Unsubscribable | undefined;
  #lease: Lease<C> | undefined;
  /** Whether the work was asked for: from then on it may have sent something. */
  #begun = false;
  #worker: Worker<C, T> | undefined;
  /** Of a lease that is not the pool's own. */
  #revocations: Unsubscribable | undefined;

  constructor(user: User<C, T>) {
    this.#user = user;
  }

  /** Asks for the lease. */
  begin(lease$: Observable<Lease<C>>): void {
    const checkout = isCheckout(lease$) ? lease$.begin(this) : lease$.subscribe(this);
    // It may be over by now, and whoever ended it did not know of this yet.
    if (this.closed) checkout?.unsubscribe();
    else this.#checkout = checkout;
  }

  /** The lease is there. */
  next(lease: Lease<C>): void {
    // Observers of the checkout have run meanwhile; nobody may be left to work.
    if (this.closed || this.#user.closed) {
      lease.checkin();
      return;
    }
    this.#lease = lease;
    if (this.#hold(lease)) this.#start(lease);
  }

  /** No more than one lease comes. */
  complete(): void {
    // The use goes on for as long as the work does.
  }

  /** The checkout failed, or the work. */
  error(reason: unknown): void {
    if (this.closed) return;
    if (this.#lease instanceof PoolLease) this.#lease.blame(reason);
    try {
      this.unsubscribe();
    } finally {
      this.#user.error(reason);
    }
  }

  revoked({ reason, cause }: Revocation): void {
    // A pool or a connection that is to be closed lets the work under way finish.
    if (reason === 'draining' || reason === 'retiring') return;
    reported(() => {
      this.error(connectionLostError(reason, cause, this.#begun));
    });
  }

  /** The work is done. */
  finish(): void {
    if (this.closed) return;
    try {
      this.unsubscribe();
    } finally {
      this.#user.complete();
    }
  }

  /** Ends the work and gives the connection back; throws what a teardown of the work throws. */
  unsubscribe(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.#checkout?.unsubscribe();
      this.#revocations?.unsubscribe();
      this.#worker?.unsubscribe();
    } finally {
      // Does nothing where the work destroyed its lease, or lost it.
      this.#lease?.[Symbol.dispose]();
    }
  }

  /** Wants to know when the lease is revoked; false when it has been. */
  #hold(lease: Lease<C>): boolean {
    if (lease instanceof PoolLease && lease.status === 'held') {
      lease.holder = this;
      return true;
    }
    const next = (revocation: Revocation): void => {
      this.revoked(revocation);
    };
    const error = (reason: unknown): void => {
      this.error(reason);
    };
    this.#revocations = lease.revoked$.subscribe({ next, error });
    if (this.closed) this.#revocations.unsubscribe();
    return !this.closed;
  }

  #start(lease: Lease<C>): void {
    this.#begun = true;
    try {
      const work = this.#user.work(lease.connection, lease);
      // Asking for the work may have ended it; a promise of it has to be heard all the same, in case it rejects.
      if (isPromise(work)) this.#await(work);
      else if (!this.closed) this.#follow(from(work));
    } catch (error) {
      this.error(error);
    }
  }

  #follow(values$: Observable<T>): void {
    this.#worker = new Worker(this.#user, this);
    values$.subscribe(this.#worker);
  }

  /** As `from(promise)`, which takes four objects more. */
  #await(promise: PromiseLike<T>): void {
    promise.then(
      (value) => {
        if (this.closed) return;
        reported(() => {
          this.#user.next(value);
          this.finish();
        });
      },
      (reason: unknown) => {
        reported(() => {
          this.error(reason);
        });
      },
    );
  }
}

function isPromise<T>(work: ObservableInput<T>): work is PromiseLike<T> {
  // From untyped code it may be anything; what it is not is for `from` to say.
  const { then } = Object(work) as Partial<PromiseLike<T>>;
  return typeof then === 'function';
}

/** Who tells something has others to tell: what is thrown RxJS reports, as it does with what a subscriber throws. */
function reported(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    throwError(() => (error instanceof Error ? error : new Error(messageOf(error)))).subscribe();
  }
}

/** Takes what the work emits; closed from within, so that work that emits synchronously and without end is stopped. */
// eslint-disable-next-line rxjs-x/no-subclass -- an observer costs as much again, and cannot be closed before `subscribe` returns
class Worker<C, T> extends Subscriber<T> {
  readonly #user: User<C, T>;
  readonly #use: Use<C, T>;

  constructor(user: User<C, T>, use: Use<C, T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- discouraged for want of a reason, which stands above
    super();
    this.#user = user;
    this.#use = use;
  }

  protected override _next(value: T): void {
    this.#user.next(value);
    if (this.#user.closed) this.#use.unsubscribe();
  }

  protected override _error(reason: unknown): void {
    this.#use.error(reason);
  }

  protected override _complete(): void {
    this.#use.finish();
  }
}
