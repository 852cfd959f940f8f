import type { LeaseHolder, PoolLease } from './lease.ts';
import type { Revocation } from './revocation.ts';

/** Gets leases whose abandoned work has ended, or has taken too long. */
export interface AbandonedWorkListener<C> {
  ended(lease: PoolLease<C>): void;
  overdue(lease: PoolLease<C>): void;
}

/**
 * Work that goes on after its caller has left, because a promise cannot be cancelled. It keeps the connection from
 * other checkouts, which would read its answer, until it settles, or for `limitMs` milliseconds; 0: no limit.
 */
export class AbandonedWork<C> implements LeaseHolder {
  readonly #lease: PoolLease<C>;
  readonly #work: PromiseLike<unknown>;
  readonly #limitMs: number;
  readonly #listener: AbandonedWorkListener<C>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(lease: PoolLease<C>, work: PromiseLike<unknown>, limitMs: number, listener: AbandonedWorkListener<C>) {
    this.#lease = lease;
    this.#work = work;
    this.#limitMs = limitMs;
    this.#listener = listener;
  }

  begin(): void {
    this.#lease.holder = this;
    const settled = (): void => {
      if (this.#end()) this.#listener.ended(this.#lease);
    };
    const failed = (error: unknown): void => {
      this.#lease.blame(error);
      settled();
    };
    const late = (): void => {
      if (this.#end()) this.#listener.overdue(this.#lease);
    };
    if (this.#limitMs > 0) this.#timer = setTimeout(late, this.#limitMs);
    this.#work.then(settled, failed);
  }

  revoked({ reason }: Revocation): void {
    if (reason === 'down' || reason === 'closed') this.#end();
  }

  /** Ends the watch; false if the lease is over already: its connection was lost, or the work has ended it. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    return this.#lease.status === 'held';
  }
}
