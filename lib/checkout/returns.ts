import { messageOf } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Store } from '../state/store.ts';
import type { LeaseBook } from './lease-book.ts';
import type { LeaseOffice, PoolLease } from './lease.ts';
import { Quarantine, type QuarantineRule } from './quarantine.ts';

/** Who looks after the connections between leases. */
export interface ConnectionKeeper {
  /** A lease on this slot has ended; told before the queue is served: the connection may be of no more use. */
  returned(slot: number): void;
  /** The connection did not answer a request in time, which says as much as a check. */
  checked(slot: number, connection: number, outcome: { readonly healthy: boolean; readonly error: string }): void;
}

/** What leases come back to. */
export interface ReturnsParts<C> {
  readonly store: Store;
  readonly inbox: Inbox;
  readonly leases: LeaseBook<C>;
  readonly keeper: ConnectionKeeper;
  /** Whether the error of a piece of work means that its connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** Who may keep a connection from others when it comes back. */
  readonly connector: QuarantineRule<C>;
}

/** Where every lease ends. `onReturn` is told that there may be a connection for the next, and when that is. */
export class Returns<C> implements LeaseOffice<C> {
  readonly #parts: ReturnsParts<C>;
  readonly #quarantine: Quarantine<C> | undefined;
  readonly #onReturn: (at: number) => void;

  constructor(parts: ReturnsParts<C>, onReturn: (at: number) => void) {
    this.#parts = parts;
    this.#onReturn = onReturn;
    const { connector } = parts;
    const free = this.#checkin.bind(this);
    const spoilt = this.#destroy.bind(this);
    this.#quarantine = connector.quarantine && new Quarantine(connector, { free, spoilt });
  }

  checkin(lease: PoolLease<C>): void {
    if (lease.status !== 'held') this.#complain(lease);
    else if (this.#quarantine?.takes(lease) !== true) this.#checkin(lease);
  }

  destroy(lease: PoolLease<C>, cause: unknown): void {
    if (lease.status !== 'held') this.#complain(lease);
    else this.#destroy(lease, cause);
  }

  blame(lease: PoolLease<C>, error: unknown): void {
    if (this.#parts.isTimeout(error)) lease.timedOut = messageOf(error);
  }

  #checkin(lease: PoolLease<C>): void {
    this.#end(lease);
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.store.nextVersion;
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.send({ type: 'checkin', lease: id, connection, slot, usedMs: at - since, at, version });
    this.#returned(lease, held, at);
  }

  #destroy(lease: PoolLease<C>, cause: unknown): void {
    this.#end(lease);
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.store.nextVersion;
    const reason = cause === undefined ? '' : messageOf(cause);
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.send({ type: 'destroy', lease: id, connection, slot, usedMs: at - since, reason, at, version });
    this.#returned(lease, held, at);
    // Whoever shares the connection may go on, but it is of no use for long.
    this.#parts.leases.warn({ reason: 'retiring', cause }, slot);
  }

  #end(lease: PoolLease<C>): void {
    this.#parts.leases.remove(lease);
    lease.end('returned');
  }

  /** The lease was over already, which is counted. */
  #complain(lease: PoolLease<C>): void {
    const reason = lease.status === 'lost' ? 'late' : 'twice';
    const version = this.#parts.store.nextVersion;
    this.#parts.inbox.send({ type: 'invalidCheckin', lease: lease.id, reason, at: performance.now(), version });
  }

  /** Retires the connection or gives it to the next waiter, before an observer of the checkin could take it. */
  #returned(lease: PoolLease<C>, held: boolean, at: number): void {
    try {
      if (lease.timedOut !== undefined) this.#suspect(lease, lease.timedOut);
      this.#parts.keeper.returned(lease.slot);
      this.#onReturn(at);
    } finally {
      this.#parts.inbox.release(held);
    }
  }

  /** Of many requests that time out on a shared connection the first puts it out of service; then checks decide. */
  #suspect({ slot, connectionId }: PoolLease<C>, error: string): void {
    const { store, keeper } = this.#parts;
    if (store.current.connections.get(slot)?.health !== 'healthy') return;
    keeper.checked(slot, connectionId, { healthy: false, error });
  }
}
