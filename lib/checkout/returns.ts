import { messageOf } from '../errors.ts';
import type { Fault, LeaseOffice, PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { Quarantine } from './quarantine.ts';

/** Where every lease ends. `onReturn` is told that there may be a connection for the next, and when that is. */
export class Returns<C> implements LeaseOffice<C> {
  readonly #parts: MatcherParts<C>;
  readonly #quarantine: Quarantine<C> | undefined;
  readonly #onReturn: (at: number) => void;

  constructor(parts: MatcherParts<C>, onReturn: (at: number) => void) {
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
    const { isTimeout, restMs } = this.#parts;
    const timedOut = isTimeout(error) ? messageOf(error) : undefined;
    const rest = restMs(error);
    if (timedOut !== undefined || rest > 0) lease.fault = { timedOut, restMs: rest };
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
      if (lease.fault !== undefined) this.#judge(lease, lease.fault);
      this.#parts.keeper.returned(lease.slot);
      this.#onReturn(at);
    } finally {
      this.#parts.inbox.release(held);
    }
  }

  #judge(lease: PoolLease<C>, { timedOut, restMs }: Fault): void {
    if (timedOut !== undefined) this.#suspect(lease, timedOut);
    if (restMs > 0) this.#parts.keeper.rest(lease.slot, restMs);
  }

  /** Of many requests that time out on a shared connection the first puts it out of service; then checks decide. */
  #suspect({ slot, connectionId }: PoolLease<C>, error: string): void {
    const { store, keeper } = this.#parts;
    if (store.current.connections.get(slot)?.health !== 'healthy') return;
    keeper.checked(slot, connectionId, { healthy: false, error });
  }
}
