import { messageOf } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import { type ConnectionRecord, type NextRequest, type Waiter, isAvailable } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import type { Chooser } from '../strategies/chooser.ts';
import type { QueueDiscipline } from './codel.ts';
import { type LeaseOffice, PoolLease } from './lease.ts';
import type { LeaseBook } from './lease-book.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What the matcher works with. */
export interface MatcherParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly chooser: Chooser;
  readonly leases: LeaseBook<C>;
  readonly waitingRoom: WaitingRoom<C>;
  /** Whom to shed rather than serve; nobody where there is none. */
  readonly queue: QueueDiscipline | undefined;
  /** The live connections, by slot. */
  readonly connections: readonly (C | undefined)[];
  /** Told when a lease on this slot has ended, before the queue is served: the connection may be of no more use. */
  readonly onReturn: (slot: number) => void;
}

/**
 * Pairs requests with connections, in one place, at most one lease per state: every lease begins and ends here.
 * Whoever waits comes before any newcomer.
 */
export class Matcher<C> implements LeaseOffice<C> {
  readonly #parts: MatcherParts<C>;
  #lastLease = 0;
  // While a strategy chooses, code of a user's may run and ask for a lease: it must not choose by the same state.
  #choosing = false;
  #missed = false;

  constructor(parts: MatcherParts<C>) {
    this.#parts = parts;
  }

  /** A lease at once, if nobody waits and the strategy names a connection. */
  tryLease(request: NextRequest): PoolLease<C> | undefined {
    const state = this.#parts.store.current;
    if (state.phase !== 'open' || state.waiting > 0 || this.#choosing) return undefined;
    const record = this.#choose(request);
    const lease = record === undefined ? undefined : this.#begin(record, request.since);
    if (lease !== undefined) this.#announce(lease, null, request.since);
    if (this.#missed) this.match();
    return lease;
  }

  /** Serves the queue for as long as there is a connection that the strategy names. */
  match(): void {
    this.#missed = this.#choosing;
    if (this.#choosing) return;
    while (this.#serveFirst());
  }

  checkin(lease: PoolLease<C>): void {
    if (!this.#end(lease)) return;
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.store.nextVersion;
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.send({ type: 'checkin', lease: id, connection, slot, usedMs: at - since, at, version });
    this.#returned(slot, held);
  }

  destroy(lease: PoolLease<C>, reason: unknown): void {
    if (!this.#end(lease)) return;
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.store.nextVersion;
    const why = reason === undefined ? '' : messageOf(reason);
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.send({
      type: 'destroy',
      lease: id,
      connection,
      slot,
      usedMs: at - since,
      reason: why,
      at,
      version,
    });
    this.#returned(slot, held);
  }

  /** False when there is nobody to serve, or nothing to serve with. */
  #serveFirst(): boolean {
    const { store } = this.#parts;
    const next = store.current.waiters.first;
    if (next === undefined || store.current.connections.nextAvailable(0) === undefined) return false;
    const record = this.#choose(next);
    if (record === undefined) return this.#missed;
    // Who was to be served may have left while the strategy ran.
    if (store.current.waiters.first?.id === next.id) this.#serveOrShed(next, record);
    return true;
  }

  #serveOrShed(next: Waiter, record: ConnectionRecord): void {
    const { store, inbox, waitingRoom, queue } = this.#parts;
    const at = performance.now();
    if (queue?.(store.current, next, at) === true) {
      waitingRoom.shed(next.id, at);
      return;
    }
    const pending = waitingRoom.take(next.id);
    if (pending === undefined) return;
    const lease = this.#begin(record, at);
    pending.settle({ lease });
    this.#announce(lease, next.id, next.since);
    inbox.enqueue(pending);
  }

  /** What the strategy names, if it can be leased in the present state. */
  #choose(request: NextRequest): ConnectionRecord | undefined {
    const { store, chooser } = this.#parts;
    this.#choosing = true;
    this.#missed = false;
    let choice: ConnectionRecord | undefined;
    try {
      choice = chooser.choose(store, request);
    } finally {
      this.#choosing = false;
    }
    if (choice === undefined) return undefined;
    const record = store.current.connections.get(choice.slot);
    return record?.id === choice.id && isAvailable(store.current, record) ? record : undefined;
  }

  #begin({ id, slot }: ConnectionRecord, at: number): PoolLease<C> {
    // A record is available only while its connection stands in the side table.
    const connection = this.#parts.connections[slot] as C;
    const lease = new PoolLease(this, ++this.#lastLease, connection, id, slot, at);
    this.#parts.leases.add(lease);
    return lease;
  }

  #announce(lease: PoolLease<C>, waiter: number | null, askedAt: number): void {
    const { id, connectionId: connection, slot, since: at } = lease;
    const version = this.#parts.store.nextVersion;
    this.#parts.inbox.send({
      type: 'checkout',
      lease: id,
      connection,
      slot,
      waiter,
      waitedMs: at - askedAt,
      at,
      version,
    });
  }

  /** False when the lease was over already, which is counted. */
  #end(lease: PoolLease<C>): boolean {
    if (lease.status === 'held') {
      this.#parts.leases.remove(lease);
      lease.end('returned');
      return true;
    }
    const reason = lease.status === 'lost' ? 'late' : 'twice';
    const version = this.#parts.store.nextVersion;
    this.#parts.inbox.send({ type: 'invalidCheckin', lease: lease.id, reason, at: performance.now(), version });
    return false;
  }

  /** Retires the connection or gives it to the next waiter, before an observer of the checkin could take it. */
  #returned(slot: number, held: boolean): void {
    try {
      this.#parts.onReturn(slot);
      this.match();
    } finally {
      this.#parts.inbox.release(held);
    }
  }
}
