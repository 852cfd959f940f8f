import { type Observable, type Unsubscribable, switchMap, timer } from 'rxjs';
import { type Lease, type LeaseHolder, PoolLease } from '../checkout/lease.ts';

/** Who is told when a lease is revoked, or when its pool cannot tell. */
interface Holder extends LeaseHolder {
  error(reason: unknown): void;
}

/**
 * A lease of which nothing counts but its interface, in the place of one of ours: that of somebody else's pool, or one of
 * ours that was lost on its way, which its `revoked$` tells.
 */
export class ForeignLease<C> {
  readonly #lease: Lease<C>;
  #revocations: Unsubscribable | undefined;
  #isOver = false;

  constructor(lease: Lease<C>) {
    this.#lease = lease;
  }

  get poolName(): string {
    return this.#lease instanceof PoolLease ? this.#lease.poolName : 'pool';
  }

  /** Tells this holder when the lease is revoked, which may be at once. */
  hold(holder: Holder): void {
    this.#revocations = this.#lease.revoked$.subscribe({
      next: holder.revoked.bind(holder),
      error: holder.error.bind(holder),
    });
    if (this.#isOver) this.#revocations.unsubscribe();
  }

  /** Nothing is known of how its pool judges a connection. */
  blame(): void {
    // There is nobody to be told.
  }

  /** Whoever asked for the work has left; its pool knows nothing of work that goes on all the same. */
  abandon(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    try {
      this.#lease[Symbol.dispose]();
    } finally {
      this.#revocations?.unsubscribe();
    }
  }
}

/** The same checkout of somebody else's pool, after so many milliseconds. */
export function laterOn<L>(lease$: Observable<L>, afterMs: number): Observable<L> {
  return afterMs === 0 ? lease$ : timer(afterMs).pipe(switchMap(() => lease$));
}
