import type { AsyncResource } from 'node:async_hooks';
import { type Observable, type ObservableInput, type Unsubscribable, from, switchMap, timer, Subscriber } from 'rxjs';
import { currentContext } from '../base/async-context.ts';
import { connectionLostError } from '../errors.ts';
import { report, reporting } from '../base/report.ts';
import { AsyncWork, isAsyncIterable } from './async-work.ts';
import { isCheckout } from '../checkout/checkout.ts';
import { type Lease, type LeaseHolder, PoolLease, type Revocation } from '../checkout/lease.ts';
import type { Receiver } from '../checkout/queue/pending-checkout.ts';
import type { Job } from './job.ts';

/**
 * One use of a connection: leases it, works with it, and checks it in when the work completes, fails or is unsubscribed
 * from. Fails with `POOL_CONNECTION_LOST` when the connection goes down meanwhile.
 *
 * The connection is back before completion or the error is told, so that whoever goes on at once finds it free. Where the
 * work cannot be stopped, because it is a promise or an async iterable, the lease outlives whoever unsubscribes. The work
 * begins in the asynchronous context of whoever asked for it.
 */
export class Use<C, T> implements Receiver<C>, LeaseHolder, Unsubscribable {
  /** Whether it is over. */
  closed = false;
  readonly #user: Job<C, T>;
  #checkout: Unsubscribable | undefined;
  /** Of whoever asks, where it has been kept or the lease has to be waited for. */
  #context: AsyncResource | undefined;
  #lease: Lease<C> | undefined;
  /** Whether the work was asked for: from then on it may have sent something. */
  #begun = false;
  #worker: Worker<C, T> | undefined;
  /** The work, where it is a promise that has not settled. */
  #promise: PromiseLike<T> | undefined;
  /** The work, where it is an async iterable. */
  #iteration: AsyncWork<T> | undefined;
  /** Whether the work is being asked for right now, so that nobody knows yet whether it can be stopped. */
  #isStarting = false;
  /** Of a lease that is not the pool's own. */
  #revocations: Unsubscribable | undefined;

  /** `context` is that of whoever asks, where somebody has kept it. */
  constructor(user: Job<C, T>, context?: AsyncResource) {
    this.#user = user;
    this.#context = context;
  }

  /** Whether it had its lease. */
  get leased(): boolean {
    return this.#lease !== undefined;
  }

  /** Asks for the lease, after so many milliseconds. */
  begin(lease$: Observable<Lease<C>>, afterMs = 0): void {
    const checkout = isCheckout(lease$) ? lease$.begin(this, afterMs) : later(lease$, afterMs).subscribe(this);
    // It may be over by now, and whoever ended it did not know of this yet.
    if (this.closed) checkout?.unsubscribe();
    else this.#checkout = checkout;
    if (!this.closed && this.#lease === undefined) this.#context ??= currentContext();
  }

  /** The lease is there. */
  next(lease: Lease<C>): void {
    if (this.#context === undefined) this.#take(lease);
    else this.#context.runInAsyncScope(this.#take, this, lease);
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
      this.#end();
    } finally {
      this.#user.error(reason);
    }
  }

  /** The work is done. */
  finish(): void {
    if (this.closed) return;
    try {
      this.#end();
    } finally {
      this.#user.complete();
    }
  }

  revoked({ reason, cause, leases }: Revocation): void {
    // A pool or a connection that is to be closed lets the work under way finish.
    if (reason === 'draining' || reason === 'retiring') return;
    try {
      const lost = { reason, sent: this.#begun, leases: leases ?? 1 };
      this.error(connectionLostError(this.#poolName, lost, cause));
    } catch (error) {
      // Who tells this has others to tell.
      report(error);
    }
  }

  /**
   * Nobody wants it any more: ends the work and gives the connection back, as soon as nothing of the work goes on. Throws
   * what a teardown of the work throws.
   */
  unsubscribe(): void {
    this.#end(true);
  }

  #end(isUnwanted = false): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.#worker?.unsubscribe();
    } finally {
      this.#iteration?.stop();
      if (!this.#isStarting) this.#giveBack(isUnwanted);
      // Those of somebody else's pool may throw as well; by now nothing hangs on them.
      this.#checkout?.unsubscribe();
      this.#revocations?.unsubscribe();
    }
  }

  get #poolName(): string {
    return this.#lease instanceof PoolLease ? this.#lease.poolName : 'pool';
  }

  /** Does nothing where the work destroyed its lease, or lost it. */
  #giveBack(isUnwanted: boolean): void {
    const lease = this.#lease;
    if (isUnwanted && lease instanceof PoolLease) lease.abandon(this.#unstoppable);
    else lease?.[Symbol.dispose]();
  }

  /** Settles when the work has really ended; `undefined` where it has, or can be stopped. */
  get #unstoppable(): PromiseLike<unknown> | undefined {
    if (this.#promise !== undefined) return this.#promise;
    return this.#iteration?.isOver === false ? this.#iteration.ended : undefined;
  }

  #take(lease: Lease<C>): void {
    // Observers of the checkout have run meanwhile; nobody may be left to work. Somebody else's pool may give two.
    if (this.closed || this.#user.closed || this.#lease !== undefined) {
      lease.checkin();
      return;
    }
    this.#lease = lease;
    if (this.#hold(lease)) this.#start(lease);
  }

  /** Wants to know when the lease is revoked; false when it has been. */
  #hold(lease: Lease<C>): boolean {
    if (lease instanceof PoolLease && lease.status === 'held') {
      lease.holder = this;
      return true;
    }
    this.#revocations = lease.revoked$.subscribe({ next: this.revoked.bind(this), error: this.error.bind(this) });
    if (this.closed) this.#revocations.unsubscribe();
    return !this.closed;
  }

  #start(lease: Lease<C>): void {
    this.#begun = true;
    try {
      const work = this.#ask(lease);
      // Asking for the work may have ended it; a promise of it has to be heard all the same, in case it rejects.
      if (isPromise(work)) this.#await(work);
      if (this.#user.closed) this.unsubscribe();
      if (this.closed) this.#giveBack(true);
      else if (isAsyncIterable(work)) this.#iterate(work as AsyncIterable<T>);
      else if (this.#promise === undefined) this.#follow(from(work));
    } catch (error) {
      // Of work that is over it is the teardown that throws, and nobody is left to be told.
      if (this.closed) report(error);
      else this.error(error);
      if (this.closed) this.#giveBack(true);
    }
  }

  #ask(lease: Lease<C>): ObservableInput<T> {
    this.#isStarting = true;
    try {
      return this.#user.work(lease.connection, lease);
    } finally {
      this.#isStarting = false;
    }
  }

  #follow(values$: Observable<T>): void {
    this.#worker = new Worker(this.#user, this);
    values$.subscribe(this.#worker);
  }

  #iterate(values: AsyncIterable<T>): void {
    const worker = new Worker(this.#user, this);
    this.#worker = worker;
    this.#iteration = new AsyncWork(values, worker);
  }

  /** As `from(promise)`, which takes four objects more. */
  #await(promise: PromiseLike<T>): void {
    this.#promise = promise;
    const next = (value: T): void => {
      this.#promise = undefined;
      if (this.closed) return;
      this.#user.next(value);
      this.finish();
    };
    const error = (reason: unknown): void => {
      this.#promise = undefined;
      this.error(reason);
    };
    promise.then(reporting(next), reporting(error));
  }
}

/** The same checkout, after so many milliseconds. */
function later<L>(lease$: Observable<L>, afterMs: number): Observable<L> {
  return afterMs === 0 ? lease$ : timer(afterMs).pipe(switchMap(() => lease$));
}

function isPromise<T>(work: ObservableInput<T>): work is PromiseLike<T> {
  // From untyped code it may be anything; what it is not is for `from` to say.
  const { then } = Object(work) as Partial<PromiseLike<T>>;
  return typeof then === 'function';
}

/**
 * Takes what the work emits; closed from within, so that work that emits synchronously and without end is stopped. What a
 * teardown throws is reported, and not thrown at the source, which may have others to tell.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- an observer costs as much again, and cannot be closed before `subscribe` returns
class Worker<C, T> extends Subscriber<T> {
  readonly #user: Job<C, T>;
  readonly #use: Use<C, T>;

  constructor(user: Job<C, T>, use: Use<C, T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- discouraged for want of a reason, which stands above
    super();
    this.#user = user;
    this.#use = use;
  }

  protected override _next(value: T): void {
    try {
      this.#user.next(value);
      if (this.#user.closed) this.#use.unsubscribe();
    } catch (error) {
      report(error);
    }
  }

  protected override _error(reason: unknown): void {
    try {
      this.#use.error(reason);
    } catch (error) {
      report(error);
    }
  }

  protected override _complete(): void {
    try {
      this.#use.finish();
    } catch (error) {
      report(error);
    }
  }
}
