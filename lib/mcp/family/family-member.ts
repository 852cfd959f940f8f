import { internals } from '../../pool/internals.ts';
import type { Pool } from '../../pool/pool.ts';
import { leasesOf } from '../../state/pool-state.ts';

/** What a family has to know of its pools. */
export interface FamilyPool extends Pick<Pool<unknown>, 'name' | 'state' | 'metrics' | 'close'> {
  /** Since when nobody listens to what the server tells by itself; absent where pools know of no such thing. */
  readonly unheardSince?: number;
}

/** One pool of a family, and when it was needed last. */
export class FamilyMember<P extends FamilyPool> {
  readonly key: string;
  readonly pool: P;
  /** In milliseconds of the monotonic clock. */
  readonly openedAt: number = performance.now();
  askedAt: number = this.openedAt;
  /** The end of the pool, once it is being closed. */
  closed: Promise<void> | undefined;
  #withoutInstant = 0;

  constructor(key: string, pool: P) {
    this.key = key;
    this.pool = pool;
  }

  /**
   * Since when nobody has needed the pool, in milliseconds of the monotonic clock. `undefined` while somebody holds a
   * lease, waits for one, is about to retry something or listens, or while a connection is kept for a key. It is worked
   * out from the state, so that using a pool of a family costs no more than using a pool alone.
   */
  idleSince(now: number): number | undefined {
    const { state, unheardSince = -Infinity } = this.pool;
    if (unheardSince === Infinity || state.waiting + state.pinned + leasesOf(state) > 0) return undefined;
    if ((internals(this.pool)?.delayedCheckouts() ?? 0) > 0) return undefined;
    // The state does not tell when these happened: the pool may have been needed until just now.
    const withoutInstant = state.lost + state.failedCheckouts;
    if (withoutInstant !== this.#withoutInstant) this.askedAt = now;
    this.#withoutInstant = withoutInstant;
    return Math.max(this.askedAt, state.returnedAt, unheardSince);
  }
}
