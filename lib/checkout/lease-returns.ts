import type { Loan } from '../base/loan.ts';
import { AbandonedWork, type AbandonedWorkListener } from './abandoned-work.ts';
import type { LeaseOffice, PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { Quarantine } from './quarantine.ts';
import { messageOf } from '../base/thrown.ts';

/** Where every lease ends. `onReturn` is told that there may be a connection for the next, and when that is. */
export class LeaseReturns<C> implements LeaseOffice<C> {
  readonly lend: ((connection: C) => Loan<C>) | undefined;
  readonly #parts: MatcherParts<C>;
  readonly #quarantine: Quarantine<C> | undefined;
  readonly #abandoned: AbandonedWorkListener<C>;
  readonly #onReturn: (at: number) => void;

  constructor(parts: MatcherParts<C>, onReturn: (at: number) => void) {
    this.#parts = parts;
    this.#onReturn = onReturn;
    const { connector, closeTimeoutMs } = parts;
    const free = this.#checkin.bind(this);
    const spoilt = this.#spoilt.bind(this);
    this.lend = connector.lend?.bind(connector);
    this.#quarantine = connector.quarantine && new Quarantine(connector, closeTimeoutMs, { free, spoilt });
    const overdue = (lease: PoolLease<C>): void => {
      this.destroy(lease, `the work went on for ${closeTimeoutMs} ms after whoever asked for it had left`);
    };
    this.#abandoned = { ended: this.checkin.bind(this), overdue };
  }

  get poolName(): string {
    return this.#parts.store.poolName;
  }

  checkin(lease: PoolLease<C>): void {
    if (lease.status !== 'held') {
      this.#complain(lease);
      return;
    }
    // First for its holder: what that has left open is to be seen by the quarantine.
    lease.end('returned');
    if (this.#quarantine?.takes(lease) !== true) this.#checkin(lease);
  }

  destroy(lease: PoolLease<C>, cause: unknown): void {
    if (lease.status !== 'held') {
      this.#complain(lease);
      return;
    }
    lease.end('returned');
    this.#destroy(lease, cause);
  }

  outlive(lease: PoolLease<C>, work: PromiseLike<unknown>): void {
    new AbandonedWork(lease, work, this.#parts.closeTimeoutMs, this.#abandoned).begin();
  }

  blame(lease: PoolLease<C>, error: unknown): void {
    const { isTimeout, isBroken, restMs, connector } = this.#parts;
    const isFailure = connector.isAnswer?.(error) !== true;
    const timedOut = isTimeout(error) ? messageOf(error) : undefined;
    lease.fault = { isFailure, timedOut, isBroken: isBroken(error), restMs: restMs(error) };
  }

  /** Where a request was not answered in time the server may be slow: then its checks decide, if there are any. */
  #spoilt(lease: PoolLease<C>, error: unknown): void {
    const isSuspect = lease.fault?.timedOut !== undefined && this.#parts.keeper.isChecked(lease.slot);
    if (isSuspect) this.#checkin(lease);
    else this.#destroy(lease, error);
  }

  #checkin(lease: PoolLease<C>): void {
    this.#parts.leases.remove(lease);
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.inbox.nextVersion;
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.sendStamped({ type: 'checkin', lease: id, connection, slot, usedMs: at - since, at, version });
    this.#returned(lease, held, at);
  }

  #destroy(lease: PoolLease<C>, cause: unknown): void {
    this.#parts.leases.remove(lease);
    const { id, connectionId: connection, slot, since } = lease;
    const at = performance.now();
    const version = this.#parts.inbox.nextVersion;
    const reason = cause === undefined ? '' : messageOf(cause);
    const held = this.#parts.inbox.hold();
    this.#parts.inbox.sendStamped({
      type: 'destroy',
      lease: id,
      connection,
      slot,
      usedMs: at - since,
      reason,
      at,
      version,
    });
    this.#returned(lease, held, at);
    // Whoever shares the connection may go on, but it is of no use for long.
    this.#parts.leases.warn({ reason: 'retiring', cause }, slot);
  }

  /** The lease was over already, which is counted. */
  #complain(lease: PoolLease<C>): void {
    const reason = lease.status === 'lost' ? 'late' : 'twice';
    this.#parts.inbox.send({ type: 'invalidCheckin', lease: lease.id, reason });
  }

  /** Retires the connection or gives it to the next waiter, before an observer of the checkin could take it. */
  #returned(lease: PoolLease<C>, held: boolean, at: number): void {
    try {
      if (lease.fault !== undefined) this.#parts.keeper.failed(lease.slot, lease.connectionId, lease.fault);
      this.#parts.keeper.returned(lease.slot, lease.connectionId, lease.fault === undefined);
      this.#onReturn(at);
    } finally {
      this.#parts.inbox.resume(held);
    }
  }
}
