import type { Loan } from '../base/loan.ts';
import { AbandonedWork, type AbandonedWorkListener } from './abandoned-work.ts';
import { HotPath } from './hot-path.ts';
import { checkinOf } from './lease-events.ts';
import type { LeaseOwner, PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { Quarantine } from './quarantine.ts';
import { messageOf } from '../base/thrown.ts';

/**
 * Ends every lease. `onReturn` is called after each, at the given instant, since the connection may serve the next
 * waiter.
 */
export class LeaseReturns<C> implements LeaseOwner<C> {
  readonly lend: ((connection: C) => Loan<C>) | undefined;
  /** The way of leases of which nothing follows. */
  readonly hot: HotPath<C>;
  readonly #parts: MatcherParts<C>;
  readonly #quarantine: Quarantine<C> | undefined;
  readonly #abandonedWork: AbandonedWorkListener<C>;
  readonly #onReturn: (at: number) => void;

  constructor(parts: MatcherParts<C>, onReturn: (at: number) => void) {
    this.#parts = parts;
    this.#onReturn = onReturn;
    this.hot = new HotPath(parts, this);
    const { connector, closeTimeoutMs } = parts;
    const free = this.#free.bind(this);
    const failed = this.#quarantineFailed.bind(this);
    this.lend = connector.lend?.bind(connector);
    this.#quarantine = connector.quarantine && new Quarantine(connector, closeTimeoutMs, { free, failed });
    const overdue = (lease: PoolLease<C>): void => {
      this.destroy(lease, `the work went on for ${closeTimeoutMs} ms after its caller had left`);
    };
    this.#abandonedWork = { ended: this.checkin.bind(this), overdue };
  }

  get poolName(): string {
    return this.#parts.store.poolName;
  }

  checkin(lease: PoolLease<C>): void {
    if (!lease.isPlain || lease.status !== 'held' || this.#quarantine !== undefined) this.#checkinOfUser(lease);
    else if (!this.hot.end(lease, performance.now())) this.#checkinStepByStep(lease);
  }

  /** A checkin that may come too late, or concern somebody. */
  #checkinOfUser(lease: PoolLease<C>): void {
    if (lease.status !== 'held') {
      this.#countInvalid(lease);
      return;
    }
    // Ended for its holder first, so that the quarantine sees the work that the holder has left open.
    lease.end('returned');
    if (this.#quarantine?.takes(lease) !== true) this.#free(lease);
  }

  /** The connection is free, as far as its last holder goes. */
  #free(lease: PoolLease<C>): void {
    if (lease.fault !== undefined || !this.hot.end(lease, performance.now())) this.#checkinStepByStep(lease);
  }

  destroy(lease: PoolLease<C>, cause: unknown): void {
    if (lease.status !== 'held') {
      this.#countInvalid(lease);
      return;
    }
    lease.end('returned');
    this.#destroy(lease, cause);
  }

  keepUntilSettled(lease: PoolLease<C>, work: PromiseLike<unknown>): void {
    new AbandonedWork(lease, work, this.#parts.closeTimeoutMs, this.#abandonedWork).begin();
  }

  blame(lease: PoolLease<C>, error: unknown): void {
    const { isTimeout, isBroken, restMs, connector } = this.#parts;
    const isFailure = connector.isAnswer?.(error) !== true;
    const timedOut = isTimeout(error) ? messageOf(error) : undefined;
    lease.fault = { isFailure, timedOut, isBroken: isBroken(error), restMs: restMs(error) };
  }

  /**
   * A quarantine failed. If a request of the lease timed out the server may just be slow: then the health checks
   * decide, if there are any.
   */
  #quarantineFailed(lease: PoolLease<C>, error: unknown): void {
    const isSuspect = lease.fault?.timedOut !== undefined && this.#parts.keeper.isChecked(lease.slot);
    if (isSuspect) this.#free(lease);
    else this.#destroy(lease, error);
  }

  /** As `hot.end`, where something may follow. */
  #checkinStepByStep(lease: PoolLease<C>): void {
    const { leases, inbox } = this.#parts;
    const at = performance.now();
    leases.remove(lease);
    lease.status = 'returned';
    const held = inbox.hold();
    inbox.sendStamped(checkinOf(lease, at, inbox.nextVersion));
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
    // Other holders of the shared connection may go on, but not for long.
    this.#parts.leases.warn({ reason: 'retiring', cause }, slot);
  }

  /** Counts a checkin of a lease that was over already. */
  #countInvalid(lease: PoolLease<C>): void {
    const reason = lease.status === 'lost' ? 'late' : 'twice';
    this.#parts.inbox.send({ type: 'invalidCheckin', lease: lease.id, reason });
  }

  /** Retires the connection or serves the next waiter with it, before any observer of the checkin could lease it. */
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
