import { Observable, ReplaySubject } from 'rxjs';
import { report } from '../report.ts';

/** Why a lease's connection is to be given back, or is gone already. */
export interface Revocation {
  /**
   * `down`: it died. `closed`: it was closed by force. `retiring`: it will be closed after this lease, the `cause` says
   * why (`maxLifetime`, `unhealthy`, ...). `draining`: the pool is being closed.
   */
  readonly reason: 'down' | 'closed' | 'retiring' | 'draining';
  readonly cause?: unknown;
  /** The leases that the connection had when it was lost, this one included. */
  readonly leases?: number;
}

/** The right to use one connection until `checkin()` or `destroy()`. */
export interface Lease<C> {
  readonly id: number;
  readonly connection: C;
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
  [Symbol.dispose](): void;
}

/** What the error of a piece of work says of its connection. */
export interface Fault {
  /** Why it did not answer in time, `undefined` if it did. */
  readonly timedOut: string | undefined;
  /** For how many milliseconds its server asks not to be bothered. */
  readonly restMs: number;
}

/** Where leases go when their holders are done. */
export interface LeaseOffice<C> {
  checkin(lease: PoolLease<C>): void;
  destroy(lease: PoolLease<C>, reason: unknown): void;
  /** The work on it failed; the connection may be to blame. */
  blame(lease: PoolLease<C>, error: unknown): void;
}

/** Who works with a lease and has to be told when its connection is revoked. */
export interface LeaseHolder {
  revoked(revocation: Revocation): void;
}

/** A lease and its place among those of the same connection. */
export class PoolLease<C> implements Lease<C> {
  readonly id: number;
  readonly connection: C;
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
  /** What the error of the work on it says of the connection. */
  fault: Fault | undefined;
  /** `held`, until its holder ended it or its connection was lost. */
  status: 'held' | 'returned' | 'lost' = 'held';
  previous: PoolLease<C> | undefined;
  following: PoolLease<C> | undefined;
  /** Told what `revoked$` emits, without the price of a subject: for the pool's own operators. */
  holder: LeaseHolder | undefined;
  readonly #office: LeaseOffice<C>;
  // Made when somebody asks: most leases end without anybody looking.
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
    this.id = id;
    this.connection = connection;
    this.connectionId = connectionId;
    this.slot = slot;
    this.since = since;
    this.among = among;
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

  /** The work on it failed; counts against the connection where that did not answer in time. */
  blame(error: unknown): void {
    this.#office.blame(this, error);
  }

  [Symbol.dispose](): void {
    // Disposing of what was already given back is what `using` does after an early checkin; it is no mistake.
    if (this.status === 'held') this.checkin();
  }

  /** Tells the holder. */
  revoke(revocation: Revocation): void {
    this.#revocation = revocation;
    this.holder?.revoked(revocation);
    this.#revoked$?.next(revocation);
  }

  /** The lease is over; nothing it does has an effect any more. */
  end(status: 'returned' | 'lost'): void {
    this.status = status;
    try {
      this.#revoked$?.complete();
    } catch (error) {
      // The teardown of somebody who watched; the connection must come back all the same.
      report(error);
    }
  }
}
