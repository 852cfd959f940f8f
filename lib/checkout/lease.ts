import { type Observable, ReplaySubject } from 'rxjs';
import type { Loan } from '../base/loan.ts';
import { report } from '../base/report.ts';
import { showAs } from '../base/show-as.ts';

/** Why a lease's connection is to be given back, or is gone already. */
export interface Revocation {
  /**
   * `down`: it died. `closed`: it was closed by force. `retiring`: it will be closed after this lease, the `cause` says
   * why (`maxLifetime`, `unhealthy`, ...). `draining`: the pool is being closed.
   */
  readonly reason: 'down' | 'closed' | 'retiring' | 'draining';
  /** Why, where that is known: the error of a death, the reason of a `retiring`. */
  readonly cause?: unknown;
  /** The leases that the connection had when it was lost, this one included. */
  readonly leases?: number;
}

/** The right to use one connection until `checkin()` or `destroy()`. */
export interface Lease<C> {
  /** A number that the pool never uses twice; `pool.why({ lease: id })` explains the lease. */
  readonly id: number;
  /** The connection; one of MCP as a view of it, which ends with the lease. */
  readonly connection: C;
  /**
   * Aborted when whoever asked for the work has left before it was done, and when the connection is lost; not by a
   * checkin. Made when it is first read.
   */
  readonly signal: AbortSignal;
  /** Gives the connection back. A second call, or one after the connection is gone, changes nothing and is counted. */
  checkin(): void;
  /** Gives the connection back to be closed, because it is broken or holds somebody's state. */
  destroy(reason?: unknown): void;
  /**
   * Emits when the connection is not the holder's to keep; `down` and `closed` end the lease, `retiring` and `draining`
   * ask to hurry.
   * Replays the last one; completes when the lease ends.
   */
  readonly revoked$: Observable<Revocation>;
  /** For `using`: checks the lease in, unless that was done already. */
  [Symbol.dispose](): void;
}

/** What the error of a piece of work says of its connection. */
export interface Fault {
  /** Whether nothing shows that the connection answers. */
  readonly isFailure: boolean;
  /** Why it did not answer in time, `undefined` if it did. */
  readonly timedOut: string | undefined;
  /** Whether it is of no more use. */
  readonly isBroken: boolean;
  /** For how many milliseconds its server asks not to be bothered. */
  readonly restMs: number;
}

/** Where leases go when their holders are done. */
export interface LeaseOffice<C> {
  readonly poolName: string;
  /** What is handed out in place of a connection; absent where it is handed out itself. */
  readonly lend: ((connection: C) => Loan<C>) | undefined;
  checkin(lease: PoolLease<C>): void;
  destroy(lease: PoolLease<C>, reason: unknown): void;
  /** Whoever asked for the work has left, but it goes on: nobody else gets the connection before it has ended. */
  outlive(lease: PoolLease<C>, work: PromiseLike<unknown>): void;
  /** The work on it failed; the connection may be to blame. */
  blame(lease: PoolLease<C>, error: unknown): void;
}

/** Who works with a lease and has to be told when its connection is revoked. */
export interface LeaseHolder {
  revoked(revocation: Revocation): void;
}

/** A lease as JSON and logs show it: the connection itself may hold anything. */
export interface LeaseJson {
  readonly id: number;
  /** The id of its connection. */
  readonly connection: number;
  readonly status: PoolLease<unknown>['status'];
  /** When it began, in milliseconds of the monotonic clock. */
  readonly since: number;
  /** From the request to the lease, in milliseconds. */
  readonly waitedMs: number;
}

/** A lease and its place among those of the same connection. */
export class PoolLease<C> implements Lease<C> {
  readonly id: number;
  readonly connectionId: number;
  readonly slot: number;
  /** When it began, in milliseconds of the monotonic clock. */
  readonly since: number;
  /** Connections that could have been leased when it began, this one included. */
  readonly among: number;
  /** The waiter that got it, `null` when the checkout did not have to wait. */
  waiter: number | null = null;
  /** From the request to the lease, in milliseconds. */
  waitedMs = 0;
  /** Where it was checked out: a stack trace, while leaks are looked for. */
  stack: string | undefined;
  /** What the error of the work on it says of the connection; `undefined` where the work did not fail. */
  fault: Fault | undefined;
  /** `held`, until its holder ended it or its connection was lost. */
  status: 'held' | 'returned' | 'lost' = 'held';
  previous: PoolLease<C> | undefined;
  following: PoolLease<C> | undefined;
  /** Told what `revoked$` emits, without the price of a subject: for the pool's own operators. */
  holder: LeaseHolder | undefined;
  readonly #office: LeaseOffice<C>;
  readonly #connection: C;
  // Made when somebody asks: most leases end without anybody looking.
  #loan: Loan<C> | undefined;
  #abort: AbortController | undefined;
  #isAbandoned = false;
  #isOver = false;
  #revoked$: ReplaySubject<Revocation> | undefined;
  #revocation: Revocation | undefined;

  constructor(
    office: LeaseOffice<C>,
    id: number,
    connection: C,
    { id: connectionId, slot }: { readonly id: number; readonly slot: number },
    since: number,
    among: number,
  ) {
    this.#office = office;
    this.#connection = connection;
    this.id = id;
    this.connectionId = connectionId;
    this.slot = slot;
    this.since = since;
    this.among = among;
  }

  get connection(): C {
    const { lend } = this.#office;
    return lend === undefined ? this.#connection : this.#lent(lend);
  }

  get poolName(): string {
    return this.#office.poolName;
  }

  /** The connection itself, for the pool's own affairs. */
  get whole(): C {
    return this.#connection;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isAbandoned) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  get revoked$(): Observable<Revocation> {
    if (this.#revoked$ === undefined) {
      this.#revoked$ = new ReplaySubject<Revocation>(1);
      if (this.#revocation !== undefined) this.#revoked$.next(this.#revocation);
      if (this.status !== 'held') this.#revoked$.complete();
    }
    return this.#revoked$;
  }

  checkin(): void {
    this.#office.checkin(this);
  }

  destroy(reason?: unknown): void {
    this.#office.destroy(this, reason);
  }

  /** The work on it failed; counts against the connection unless that answered. */
  blame(error: unknown): void {
    this.#office.blame(this, error);
  }

  /** Whoever asked for the work has left. `work`: what goes on all the same, where that cannot be stopped. */
  abandon(work?: PromiseLike<unknown>): void {
    if (this.status !== 'held') return;
    this.#leave();
    // What ends with the lease can do no harm to the next one.
    if (work === undefined || this.#office.lend !== undefined) this.checkin();
    else this.#office.outlive(this, work);
  }

  [Symbol.dispose](): void {
    // Disposing of what was already given back is what `using` does after an early checkin; it is no mistake.
    if (this.status === 'held') this.checkin();
  }

  /** Tells the holder. */
  revoke(revocation: Revocation): void {
    this.#revocation = revocation;
    if (revocation.reason === 'down' || revocation.reason === 'closed') this.#leave();
    this.holder?.revoked(revocation);
    this.#revoked$?.next(revocation);
  }

  /** The lease is over; nothing it does has an effect any more. */
  end(status: 'returned' | 'lost'): void {
    this.status = status;
    // Once in quarantine it may yet be lost.
    if (this.#loan !== undefined && !this.#isOver) endLoan(this.#loan);
    this.#isOver = true;
    try {
      this.#revoked$?.complete();
    } catch (error) {
      // The teardown of somebody who watched; the connection must come back all the same.
      report(error);
    }
  }

  toJSON(): LeaseJson {
    const { id, connectionId: connection, status, since, waitedMs } = this;
    return { id, connection, status, since, waitedMs };
  }

  #lent(lend: (connection: C) => Loan<C>): C {
    if (this.#loan === undefined) {
      this.#loan = lend(this.#connection);
      if (this.#isOver) endLoan(this.#loan);
    }
    return this.#loan.connection;
  }

  #leave(): void {
    this.#isAbandoned = true;
    this.#abort?.abort();
  }
}

showAs(PoolLease, 'Lease', (lease) => lease.toJSON());

function endLoan(loan: Loan<unknown>): void {
  try {
    loan.end();
  } catch (error) {
    report(error);
  }
}
