import type { Fault } from '../base/fault.ts';
import { type Observable, ReplaySubject } from 'rxjs';
import type { Loan } from '../base/loan.ts';
import { showAs } from '../base/show-as.ts';
import type { Revocation } from './revocation.ts';
import { type LeaseExtras, endExtras, endLoan, noExtras } from './lease-extras.ts';

/** The right to use one connection until `checkin()` or `destroy()`. */
export interface Lease<C> {
  /** A number that the pool never uses twice; `pool.why({ lease: id })` explains the lease. */
  readonly id: number;
  /** The connection. An MCP connection is handed out as a view, which ends with the lease. */
  readonly connection: C;
  /**
   * Aborted when the caller has left before the work was done, and when the connection is lost; not by a checkin.
   * Created when it is first read.
   */
  readonly signal: AbortSignal;
  /** Ends the lease. A second call, or one after the connection was lost, does nothing but count as invalid. */
  checkin(): void;
  /** Ends the lease and has the connection closed, because it is broken or holds somebody's state. */
  destroy(reason?: unknown): void;
  /**
   * Emits when the holder cannot keep the connection: `down` and `closed` have ended the lease, `retiring` and
   * `draining` ask the holder to hurry. Replays the last one; completes when the lease ends.
   */
  readonly revoked$: Observable<Revocation>;
  /** For `using`: checks the lease in, unless it has ended already. */
  [Symbol.dispose](): void;
}

/** Ends leases when their holders are done. */
export interface LeaseOwner<C> {
  readonly poolName: string;
  /** Makes the view that is handed out in place of a connection; absent where the connection itself is handed out. */
  readonly lend: ((connection: C) => Loan<C>) | undefined;
  checkin(lease: PoolLease<C>): void;
  destroy(lease: PoolLease<C>, reason: unknown): void;
  /**
   * The caller of the work has left, but the work goes on: no other checkout gets the connection before it has ended.
   */
  keepUntilSettled(lease: PoolLease<C>, work: PromiseLike<unknown>): void;
  /** The work of the lease failed; the connection may be to blame. */
  blame(lease: PoolLease<C>, error: unknown): void;
}

/** The code that works with a lease and is called when its connection is revoked. */
export interface LeaseHolder {
  revoked(revocation: Revocation): void;
}

/** A lease as JSON and logs show it, without the connection, which may hold anything. */
interface LeaseJson {
  readonly id: number;
  /** The id of its connection. */
  readonly connection: number;
  readonly status: PoolLease<unknown>['status'];
  /** When it began, in milliseconds of the monotonic clock. */
  readonly since: number;
  /** The time from the call of `checkout` to the lease, in milliseconds. */
  readonly waitedMs: number;
}

/** A lease; linked with the other leases of the same connection. */
export class PoolLease<C> implements Lease<C> {
  // Declared, and all set by the constructor: a field with a value of its own costs a call more for each lease.
  declare readonly id: number;
  declare readonly connectionId: number;
  declare readonly slot: number;
  /** When it began, in milliseconds of the monotonic clock. */
  declare readonly since: number;
  /** How many connections could have been leased when it began, including this one. */
  declare readonly among: number;
  /** The id of the waiter that got it; `null` if the checkout did not have to wait. */
  declare readonly waiter: number | null;
  /** The time from the call of `checkout` to the lease, in milliseconds. */
  declare readonly waitedMs: number;
  /** `held` until its holder has ended it or its connection is lost. */
  declare status: 'held' | 'returned' | 'lost';
  declare previous: PoolLease<C> | undefined;
  declare following: PoolLease<C> | undefined;
  /** Called with what `revoked$` emits; for the pool's own operators, cheaper than a subject. */
  declare holder: LeaseHolder | undefined;
  readonly #owner: LeaseOwner<C>;
  readonly #connection: C;
  #extras: LeaseExtras<C> | undefined;

  constructor(
    owner: LeaseOwner<C>,
    id: number,
    connection: C,
    connectionId: number,
    slot: number,
    since: number,
    among: number,
    waiter: number | null,
    waitedMs: number,
  ) {
    this.#owner = owner;
    this.#connection = connection;
    this.id = id;
    this.connectionId = connectionId;
    this.slot = slot;
    this.since = since;
    this.among = among;
    this.waiter = waiter;
    this.waitedMs = waitedMs;
    this.status = 'held';
    this.previous = undefined;
    this.following = undefined;
    this.holder = undefined;
  }

  get connection(): C {
    const { lend } = this.#owner;
    return lend === undefined ? this.#connection : this.#lent(lend);
  }

  get poolName(): string {
    return this.#owner.poolName;
  }

  /** The connection itself, for internal use. */
  get whole(): C {
    return this.#connection;
  }

  /** Whether its end concerns nobody but its holder and the state: no view was lent, nobody watches, its work did not fail. */
  get isPlain(): boolean {
    return this.#extras === undefined;
  }

  /** The stack trace of the checkout call, if leaks are detected. */
  get stack(): string | undefined {
    return this.#extras?.stack;
  }

  set stack(stack: string | undefined) {
    if (stack !== undefined) this.#extra.stack = stack;
  }

  /** What the error of its work says of the connection; `undefined` if the work did not fail. */
  get fault(): Fault | undefined {
    return this.#extras?.fault;
  }

  set fault(fault: Fault | undefined) {
    this.#extra.fault = fault;
  }

  get signal(): AbortSignal {
    const extra = this.#extra;
    if (extra.abort === undefined) {
      extra.abort = new AbortController();
      if (extra.isAbandoned) extra.abort.abort();
    }
    return extra.abort.signal;
  }

  get revoked$(): Observable<Revocation> {
    const extra = this.#extra;
    if (extra.revocations === undefined) {
      extra.revocations = new ReplaySubject<Revocation>(1);
      if (extra.revocation !== undefined) extra.revocations.next(extra.revocation);
      if (this.status !== 'held') extra.revocations.complete();
    }
    return extra.revocations;
  }

  checkin(): void {
    this.#owner.checkin(this);
  }

  destroy(reason?: unknown): void {
    this.#owner.destroy(this, reason);
  }

  /** Reports that the work failed. This counts against the connection unless the error shows that it answered. */
  blame(error: unknown): void {
    this.#owner.blame(this, error);
  }

  /** The caller of the work has left. `work`: the work that goes on and cannot be cancelled, if any. */
  abandon(work?: PromiseLike<unknown>): void {
    if (this.status !== 'held') return;
    this.#abandonWork();
    // A view that ends with the lease cannot disturb the next one.
    if (work === undefined || this.#owner.lend !== undefined) this.checkin();
    else this.#owner.keepUntilSettled(this, work);
  }

  [Symbol.dispose](): void {
    // After an early checkin `using` still disposes of the lease; that is no mistake.
    if (this.status === 'held') this.checkin();
  }

  /** Notifies the holder. */
  revoke(revocation: Revocation): void {
    this.#extra.revocation = revocation;
    if (revocation.reason === 'down' || revocation.reason === 'closed') this.#abandonWork();
    this.holder?.revoked(revocation);
    this.#extra.revocations?.next(revocation);
  }

  /** Ends the lease for its holder. */
  end(status: 'returned' | 'lost'): void {
    this.status = status;
    if (this.#extras !== undefined) endExtras(this.#extras);
  }

  toJSON(): LeaseJson {
    const { id, connectionId: connection, status, since, waitedMs } = this;
    return { id, connection, status, since, waitedMs };
  }

  #lent(lend: (connection: C) => Loan<C>): C {
    const extra = this.#extra;
    if (extra.loan === undefined) {
      extra.loan = lend(this.#connection);
      if (this.status !== 'held') {
        extra.isOver = true;
        endLoan(extra.loan);
      }
    }
    return extra.loan.connection;
  }

  #abandonWork(): void {
    const extra = this.#extra;
    extra.isAbandoned = true;
    extra.abort?.abort();
  }

  get #extra(): LeaseExtras<C> {
    return (this.#extras ??= noExtras());
  }
}

showAs(PoolLease, 'Lease', (lease) => lease.toJSON());
