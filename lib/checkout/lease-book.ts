import type { PoolLease } from './lease.ts';
import type { Revocation } from './revocation.ts';

/** The leases that are held at present, by the slot of their connection. */
export class LeaseBook<C> {
  /**
   * The first lease of each connection. The leases of a connection form a linked list, for a shared connection has
   * several.
   */
  readonly #first: (PoolLease<C> | undefined)[] = [];

  add(lease: PoolLease<C>): void {
    const first = this.#first[lease.slot];
    this.#first[lease.slot] = lease;
    if (first === undefined) return;
    lease.following = first;
    first.previous = lease;
  }

  remove(lease: PoolLease<C>): void {
    const { previous, following } = lease;
    if (previous === undefined) this.#first[lease.slot] = following;
    if (previous !== undefined || following !== undefined) unlink(lease);
  }

  /** A lease has ended, and another one of its connection begun. */
  replace(lease: PoolLease<C>, next: PoolLease<C>): void {
    if (lease.previous === undefined && lease.following === undefined) {
      this.#first[lease.slot] = next;
      return;
    }
    this.remove(lease);
    this.add(next);
  }

  /** Ends the leases of a connection that is gone and notifies their holders. */
  lose(slot: number, revocation: Revocation): void {
    const lost = [...this.of(slot)];
    // All leases are ended before any holder is notified: a holder may check in at once, and that must not count as a
    // checkin.
    for (const lease of lost) {
      this.remove(lease);
      lease.status = 'lost';
    }
    for (const lease of lost) {
      lease.revoke({ ...revocation, leases: lost.length });
      lease.end('lost');
    }
  }

  /** Notifies all holders, or those of one connection, that they should finish soon; their leases go on. */
  warn(revocation: Revocation, slot?: number): void {
    const warned = slot === undefined ? this : this.of(slot);
    for (const lease of [...warned]) lease.revoke(revocation);
  }

  /**
   * The leases that have been held longest, at most `count`. Found in one pass, for each of many timeouts asks for
   * them.
   */
  longestHeld(count: number): readonly PoolLease<C>[] {
    const longest: PoolLease<C>[] = [];
    for (const lease of this) {
      let at = longest.length;
      while (at > 0 && (longest[at - 1]?.since ?? 0) > lease.since) at--;
      if (at < count) longest.splice(at, 0, lease);
      if (longest.length > count) longest.pop();
    }
    return longest;
  }

  /** The lease with this id, while it is held. */
  find(id: number): PoolLease<C> | undefined {
    for (const lease of this) if (lease.id === id) return lease;
    return undefined;
  }

  *[Symbol.iterator](): IterableIterator<PoolLease<C>> {
    for (let slot = 0; slot < this.#first.length; slot++) yield* this.of(slot);
  }

  /** The leases of the connection on this slot. */
  *of(slot: number): IterableIterator<PoolLease<C>> {
    for (let lease = this.#first[slot]; lease !== undefined; lease = lease.following) yield lease;
  }
}

/** Takes a lease out of those of its connection. */
function unlink<C>(lease: PoolLease<C>): void {
  const { previous, following } = lease;
  if (previous !== undefined) previous.following = following;
  if (following !== undefined) following.previous = previous;
  lease.previous = undefined;
  lease.following = undefined;
}
