import { Alarm } from '../base/alarm.ts';
import type { Inbox } from '../events/inbox.ts';
import type { PoolLease } from './lease.ts';
import type { LeaseBook } from './lease-book.ts';

/** The leak detector of a pool; `undefined` if it is off (`afterMs` 0). */
export function leakDetectorOf<C>(inbox: Inbox, leases: LeaseBook<C>, afterMs: number): LeakDetector<C> | undefined {
  return afterMs === 0 ? undefined : new LeakDetector(inbox, leases, afterMs);
}

/** Reports each lease that is held for too long, once. One timer for all leases, and none while there are no leases. */
export class LeakDetector<C> {
  readonly #inbox: Inbox;
  readonly #leases: LeaseBook<C>;
  readonly #afterMs: number;
  readonly #reported = new WeakSet<PoolLease<C>>();
  readonly #alarm = new Alarm(this.#look.bind(this));

  constructor(inbox: Inbox, leases: LeaseBook<C>, afterMs: number) {
    this.#inbox = inbox;
    this.#leases = leases;
    this.#afterMs = afterMs;
  }

  /** The present stack trace, to be stored with a new lease. */
  stack(): string {
    return new Error('checked out').stack ?? '';
  }

  /** Starts watching a lease. */
  watch(lease: PoolLease<C>): void {
    this.#alarm.setFor(lease.since + this.#afterMs);
  }

  close(): void {
    this.#alarm.clear();
  }

  #look(): void {
    const now = performance.now();
    let oldest = Infinity;
    for (const lease of [...this.#leases]) {
      // Whoever hears of one leak may end other leases at once.
      if (lease.status !== 'held' || this.#reported.has(lease)) continue;
      if (now - lease.since < this.#afterMs) oldest = Math.min(oldest, lease.since);
      else this.#report(lease, now);
    }
    this.#alarm.setFor(oldest + this.#afterMs);
  }

  #report(lease: PoolLease<C>, now: number): void {
    this.#reported.add(lease);
    const { id, connectionId: connection, slot, since, stack = '' } = lease;
    const heldMs = now - since;
    this.#inbox.send({ type: 'leak', lease: id, connection, slot, heldMs, stack });
  }
}
