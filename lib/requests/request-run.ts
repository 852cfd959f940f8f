import type { Observable, ObservableInput, Unsubscribable } from 'rxjs';
import { type AsyncContext, currentContext } from '../base/async-context.ts';
import { report } from '../base/report.ts';
import { isCheckout } from '../checkout/checkout.ts';
import { type Lease, type LeaseHolder, PoolLease } from '../checkout/lease.ts';
import type { Revocation } from '../checkout/revocation.ts';
import { PendingCheckout } from '../checkout/queue/pending-checkout.ts';
import type { Receiver } from '../checkout/queue/received-checkout.ts';
import { connectionLostError } from '../errors.ts';
import { Attempts } from './attempts.ts';
import { TurnTaker } from './responses.ts';
import { ForeignLease, laterOn } from './foreign-lease.ts';
import type { RetryPolicy } from './retry.ts';
import { type WorkListener, type WorkUnderWay, underWay } from './work-under-way.ts';

/** Does the work of runs, and is told what comes of each: any number of values, and then completion or an error. */
export interface Job<C, T, Request> {
  /** Whether nobody wants it any more: work must not begin, nor go on. */
  readonly closed: boolean;
  work(connection: C, request: Request, lease: Lease<C>): ObservableInput<T>;
  next(value: T, run: RequestRun<C, T, Request>): void;
  error(reason: unknown, run: RequestRun<C, T, Request>): void;
  complete(run: RequestRun<C, T, Request>): void;
}

/** How far an attempt has come. While it is `starting` the work is being asked for: nobody can stop it, nor knows how. */
type Stage = 'asking' | 'leased' | 'starting' | 'working' | 'over';

/**
 * One request, from asking for a lease to the outcome: leases a connection, works with it, and gives it back when the work
 * completes, fails or is not wanted any more. With a policy, work that fails may be done again with another lease. Fails
 * with `POOL_CONNECTION_LOST` when the connection goes down under the work.
 *
 * The connection is back before the job hears of the outcome, and before another attempt asks for a lease, so that whoever
 * goes on at once finds it free. Where the work cannot be stopped, because it is a promise or an async iterable, the lease
 * outlives whoever unsubscribes. The work begins in the asynchronous context of whoever asked for it.
 */
export class RequestRun<C, T, Request> extends TurnTaker implements Receiver<C>, WorkListener<T>, LeaseHolder {
  /** Whether it is over: answered, failed, or not wanted any more. */
  closed = false;
  readonly #job: Job<C, T, Request>;
  readonly #request: Request;
  /** What a policy has to know; without a policy there is one attempt. */
  readonly #attempts: Attempts<Request> | undefined;
  // From here on it is all about the attempt under way.
  #stage: Stage = 'asking';
  /** Of whoever asks, where it has been kept or the lease has to be waited for. */
  #context: AsyncContext | undefined;
  #checkout: Unsubscribable | undefined;
  #lease: PoolLease<C> | ForeignLease<C> | undefined;
  #work: WorkUnderWay | undefined;

  /** `context`: of whoever asks, where somebody has kept it; else it is that of right now. */
  constructor(job: Job<C, T, Request>, request: Request, policy?: RetryPolicy<Request>, context?: AsyncContext) {
    super();
    this.#job = job;
    this.#request = request;
    this.#attempts = policy && new Attempts(policy, request, context ?? currentContext());
    if (policy === undefined) this.#context = context;
  }

  /** Asks for the lease. Throws what the policy throws at the request, and what a pool throws that is not one of ours. */
  begin(lease$: Observable<Lease<C>>): void {
    if (this.#attempts === undefined) this.#ask(lease$, 0);
    else this.#attempts.begin(this.#attempt.bind(this, this.#attempts, lease$));
  }

  #ask(lease$: Observable<Lease<C>>, afterMs: number): void {
    const checkout = isCheckout(lease$) ? lease$.begin(this, afterMs) : laterOn(lease$, afterMs).subscribe(this);
    // It may be over by now, and whoever ended it did not know of this yet.
    if (this.#isOver()) checkout?.unsubscribe();
    else this.#checkout = checkout;
    if (this.#stage === 'asking') this.#context ??= this.#attempts?.contextOfEach ?? currentContext();
  }

  /** The lease is there. */
  next(lease: Lease<C>): void {
    if (this.#attempts === undefined) this.#leased(lease);
    else this.#attempts.inTurn(this.#leased.bind(this, lease));
  }

  /** No more than one lease comes. */
  complete(): void {
    // It goes on for as long as the work does.
  }

  #leased(lease: Lease<C>): void {
    if (this.#context === undefined) this.#take(lease);
    else this.#context.runInAsyncScope(this.#take, this, lease);
  }

  #take(lease: Lease<C>): void {
    // Observers of the checkout have run meanwhile; nobody may be left to work. Somebody else's pool may give two.
    if (this.#isOver() || this.#job.closed || this.#lease !== undefined) {
      lease.checkin();
      return;
    }
    this.#stage = 'leased';
    if (lease instanceof PoolLease && lease.status === 'held') {
      this.#lease = lease;
      lease.holder = this;
      // A waiter that was served has nothing left to leave. A stream of somebody else's may have another lease to come.
      if (this.#checkout instanceof PendingCheckout) this.#checkout = undefined;
    } else {
      this.#lease = new ForeignLease(lease);
      this.#lease.hold(this);
    }
    // It may have been revoked before it came.
    if (!this.#isOver()) this.#start(lease);
  }

  #start(lease: Lease<C>): void {
    this.#stage = 'starting';
    try {
      const { connection } = lease;
      const request = this.#attempts?.begun(connection) ?? this.#request;
      const work = this.#job.work(connection, request, lease);
      const isWanted = !this.#isOver();
      if (isWanted) this.#stage = 'working';
      // A promise is heard even where asking for it has ended the attempt, for it may reject.
      this.#work = underWay(work, this);
      if (!isWanted) this.#giveBackLate();
      else if (this.#job.closed) this.unsubscribe();
      else this.#work.begin();
    } catch (error) {
      this.#thrown(error);
    }
  }

  #thrown(error: unknown): void {
    if (this.#isOver()) {
      // It is a teardown that throws, and nobody is left to be told.
      report(error);
      this.#giveBackLate();
    } else {
      this.#stage = 'working';
      this.error(error);
    }
  }

  /** A value of the work. */
  emit(value: T): void {
    this.#attempts?.emitted(value);
    this.#job.next(value, this);
    if (this.#job.closed) this.unsubscribe();
  }

  /** The work is done. */
  finish(): void {
    if (this.#isOver()) return;
    try {
      this.#endAttempt(false);
    } finally {
      // Whoever saw that the connection is back may have left.
      if (!this.closed) {
        this.closed = true;
        this.#attempts?.answered();
        this.#job.complete(this);
      }
    }
  }

  /** The checkout failed, or the work. */
  error(reason: unknown): void {
    if (this.#isOver()) return;
    const hadBegun = this.#hasBegun;
    this.#lease?.blame(reason);
    try {
      this.#endAttempt(false);
    } finally {
      if (!this.closed) this.#failed(reason, hadBegun);
    }
  }

  revoked({ reason, cause, leases }: Revocation): void {
    // A pool or a connection that is to be closed lets the work under way finish.
    if (reason === 'draining' || reason === 'retiring') return;
    const lost = { reason, sent: this.#hasBegun, leases: leases ?? 1 };
    try {
      this.error(connectionLostError(this.#lease?.poolName ?? 'pool', lost, cause));
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
    if (this.closed) return;
    this.closed = true;
    this.#attempts?.ended('cancelled', undefined);
    this.#endAttempt(true);
  }

  #endAttempt(isUnwanted: boolean): void {
    if (this.#isOver()) return;
    const isStarting = this.#stage === 'starting';
    this.#stage = 'over';
    try {
      this.#work?.stop();
    } finally {
      if (!isStarting) this.#giveBack(isUnwanted);
      // That of somebody else's pool may throw as well; by now nothing hangs on it.
      this.#checkout?.unsubscribe();
    }
  }

  /** Does nothing where the work destroyed its lease, or lost it. */
  #giveBack(isUnwanted: boolean): void {
    if (isUnwanted) this.#lease?.abandon(this.#work?.unstoppable);
    else this.#lease?.[Symbol.dispose]();
  }

  /** For an attempt that ended while its work was being asked for, when nobody knew yet whether that can be stopped. */
  #giveBackLate(): void {
    this.#work?.stop();
    this.#giveBack(true);
  }

  /** Whether the work was asked for: from then on it may have sent something. */
  get #hasBegun(): boolean {
    return this.#stage === 'starting' || this.#stage === 'working';
  }

  /** Whether the attempt is, and nothing of it counts any more. */
  #isOver(): boolean {
    return this.#stage === 'over';
  }

  /** An attempt failed: that is told where a connection breaks, and what follows is the caller's all the same. */
  #failed(reason: unknown, hadBegun: boolean): void {
    if (this.#attempts === undefined) this.#tell(reason);
    else this.#attempts.inContext(this.#judge.bind(this, this.#attempts, reason, hadBegun));
  }

  #tell(reason: unknown): void {
    this.closed = true;
    this.#attempts?.ended('failed', reason);
    this.#job.error(reason, this);
  }

  /** Has the policy say whether there is to be another attempt. */
  #judge(attempts: Attempts<Request>, reason: unknown, hadBegun: boolean): void {
    const failure = { reason, isLeased: this.#lease !== undefined, hadBegun };
    const { afterMs, told } = this.#job.closed ? { told: reason } : attempts.judge(failure);
    // Whoever was asked may have ended it.
    if (this.closed) return;
    if (afterMs === undefined || this.#job.closed) this.#tell(told);
    else attempts.again(afterMs, reason);
  }

  /** Begins an attempt, after so many milliseconds. */
  #attempt(attempts: Attempts<Request>, lease$: Observable<Lease<C>>, afterMs: number): void {
    // What becomes of the last lease is nothing to this attempt; others may have taken this place, to watch what it left.
    if (this.#lease instanceof PoolLease && this.#lease.holder === this) this.#lease.holder = undefined;
    this.#stage = 'asking';
    this.#context = undefined;
    this.#checkout = undefined;
    this.#lease = undefined;
    this.#work = undefined;
    try {
      attempts.within(() => {
        this.#ask(lease$, afterMs);
      });
    } catch (error) {
      // A pool that is not one of ours may throw.
      this.error(error);
    }
  }
}
