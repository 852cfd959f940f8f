import type { Inbox } from '../events/inbox.ts';
import { beginLease, endLease, handOver } from '../state/lease-transitions.ts';
import type { NextRequest, PoolState } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import type { Choose } from '../strategies/strategy.ts';
import type { LeaseBook } from './lease-book.ts';
import { checkinOf, checkoutOf } from './lease-events.ts';
import { type LeaseOwner, PoolLease } from './lease.ts';
import type { ConnectionKeeper, MatcherParts } from './matcher-parts.ts';
import type { PendingCheckout } from './queue/pending-checkout.ts';
import type { WaitingRoom } from './queue/waiting-room.ts';

/**
 * The way of nearly every lease, where no user's code decides and nothing follows but the change of the state: it begins with
 * a free connection, and its connection is free afterwards or goes to the first waiter. All else is done by the matcher and
 * the lease returns. `README.md` tells it step by step.
 *
 * The state is changed by the transitions that `reduce` applies to events; the events are made only if somebody hears them.
 * There is little code here, and few calls: calls are what a checkout mostly consists of, and the compiler inlines no more
 * than some 900 bytes of bytecode into one function.
 */
export class HotPath<C> {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #leases: LeaseBook<C>;
  readonly #waitingRoom: WaitingRoom<C>;
  readonly #keeper: ConnectionKeeper;
  readonly #connections: readonly (C | undefined)[];
  readonly #owner: LeaseOwner<C>;
  /** The strategy; `undefined` where the options of the pool leave something else to decide. */
  readonly #choose: Choose | undefined;
  #lastLease = 0;

  constructor(parts: MatcherParts<C>, owner: LeaseOwner<C>) {
    this.#store = parts.store;
    this.#inbox = parts.inbox;
    this.#leases = parts.leases;
    this.#waitingRoom = parts.waitingRoom;
    this.#keeper = parts.keeper;
    this.#connections = parts.connections;
    this.#owner = owner;
    this.#choose = parts.isPlain ? parts.chooser.pure : undefined;
  }

  /** Whether leases of this pool take this way at present. */
  get isOpen(): boolean {
    return this.#choose !== undefined && !this.#keeper.isWatching;
  }

  /** A lease at once; `undefined` where no connection is free, or others wait. */
  tryLease(since: number, request: NextRequest | undefined): PoolLease<C> | undefined {
    const state = this.#store.current;
    if (state.connections.countAvailable() === 0 || state.waiters.length > 0 || state.phase !== 'open')
      return undefined;
    return this.#begin(state, since, request);
  }

  #begin(state: PoolState, since: number, request: NextRequest | undefined): PoolLease<C> | undefined {
    const choice = this.#choose?.(state, request);
    if (choice === undefined) return undefined;
    const { id, slot } = choice;
    const lease = this.newLease(id, slot, since, state.connections.countAvailable(), null, 0);
    this.#leases.add(lease);
    const draft = this.#store.nextDraft();
    const record = draft.connections.edit(slot, id);
    if (record !== undefined) beginLease(draft, record, 0, since);
    if (this.#inbox.isWatched) this.#reportBegin(lease, draft.version);
    return lease;
  }

  /**
   * Ends a lease that is held, and that its holder gives back. False where something may follow from that; then nothing has
   * been done.
   */
  end(lease: PoolLease<C>, at: number): boolean {
    if (!this.isOpen) return false;
    return this.#store.current.waiters.length > 0 ? this.#handOver(lease, at) : this.#free(lease, at);
  }

  #free(lease: PoolLease<C>, at: number): boolean {
    const { surplus, closing } = this.#store.current;
    if (surplus + closing > 0) return false;
    this.#leases.remove(lease);
    lease.status = 'returned';
    const draft = this.#store.nextDraft();
    if (endLease(draft, lease.connectionId, lease.slot, at - lease.since, at)) draft.checkins++;
    if (this.#inbox.isWatched) this.#reportEnd(lease, at, draft.version);
    return true;
  }

  /** Makes a lease, which nobody knows of yet. `among`: how many connections could have been leased. */
  newLease(
    connection: number,
    slot: number,
    since: number,
    among: number,
    waiter: number | null,
    waitedMs: number,
  ): PoolLease<C> {
    // A record is available only while its connection stands in `connections`.
    const value = this.#connections[slot] as C;
    return new PoolLease(this.#owner, ++this.#lastLease, value, connection, slot, since, among, waiter, waitedMs);
  }

  /** Gives the connection of a lease that ends to whoever waits first; false where that is not all that follows. */
  #handOver(lease: PoolLease<C>, at: number): boolean {
    if (this.#inbox.isSeen) return false;
    const { connectionId: id, slot } = lease;
    const draft = this.#store.draft();
    const next = handOver(draft, id, slot, at - lease.since, at);
    const pending = next && this.#waitingRoom.take(next);
    if (pending === undefined) return false;
    const waitedMs = at - pending.waiter.since;
    const { whole } = lease;
    const following = new PoolLease(
      this.#owner,
      ++this.#lastLease,
      whole,
      id,
      slot,
      at,
      1,
      pending.waiter.id,
      waitedMs,
    );
    this.#leases.replace(lease, following);
    lease.status = 'returned';
    pending.settle(following);
    // A lease that was held longer than expected may justify one more connection.
    if (draft.size < draft.maxSize) this.#keeper.wanted();
    if (this.#inbox.isWatched) this.#reportHandOver(lease, following, pending);
    else this.#inbox.enqueue(pending);
    return true;
  }

  #reportBegin(lease: PoolLease<C>, version: number): void {
    this.#inbox.tallies.leaseBegan(lease.connectionId, lease.waitedMs);
    if (this.#inbox.isHeard) this.#inbox.report(checkoutOf(lease, version));
  }

  #reportEnd(lease: PoolLease<C>, at: number, version: number): void {
    this.#inbox.tallies.leaseEnded(lease.connectionId, at - lease.since);
    if (this.#inbox.isHeard) this.#inbox.report(checkinOf(lease, at, version));
  }

  /** Tells both events, and the waiter, when all of it is done. */
  #reportHandOver(lease: PoolLease<C>, following: PoolLease<C>, pending: PendingCheckout<C>): void {
    const { version } = this.#store.current;
    const held = this.#inbox.hold();
    this.#reportEnd(lease, following.since, version - 1);
    this.#reportBegin(following, version);
    this.#inbox.enqueue(pending);
    this.#inbox.resume(held);
  }
}
