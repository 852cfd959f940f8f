import { type ConnectionRecord, type NextRequest, type Waiter, isAvailable } from '../state/pool-state.ts';
import { PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { type Pins, mustWait, nextInLine, ownOf } from './pins.ts';
import { LeaseReturns } from './lease-returns.ts';

/**
 * Pairs requests with connections, in one place, at most one lease per state: every lease begins here.
 * Whoever waits comes before any newcomer.
 */
export class Matcher<C> {
  readonly #parts: MatcherParts<C>;
  readonly #returns: LeaseReturns<C>;
  #lastLease = 0;
  // While a strategy chooses, code of a user's may run and ask for a lease: it must not choose by the same state.
  #choosing = false;
  #missed = false;

  constructor(parts: MatcherParts<C>) {
    this.#parts = parts;
    this.#returns = new LeaseReturns(parts, this.match.bind(this));
  }

  /** A lease at once, if nobody waits and the strategy names a connection. `stack`: where it was asked for. */
  tryLease(request: NextRequest, stack?: string): PoolLease<C> | undefined {
    const state = this.#parts.store.current;
    if (state.phase !== 'open' || this.#choosing || mustWait(state, request.key)) return undefined;
    const record = ownOf(state, request.key) ?? this.#choose(request);
    const lease = record && this.#newLease(record, request.since);
    if (lease !== undefined) {
      lease.stack = stack;
      this.#begin(lease, request.key);
    }
    if (this.#missed) this.match();
    return lease;
  }

  /** Serves the queue for as long as there is a connection that the strategy names. `at`: now, where that is known. */
  match(at?: number): void {
    this.#missed = this.#choosing;
    // While a pool is being closed whoever waits is about to be refused, one after the other.
    if (this.#choosing || this.#parts.store.current.phase !== 'open') return;
    if (this.#parts.pins !== undefined) this.#serveBound(this.#parts.pins, at);
    let hasServed = false;
    while (this.#serveFirst(at)) hasServed = true;
    // A strategy that had declined what was free may have taken the last of it: now others are needed.
    if (hasServed && this.#parts.chooser.pure === undefined) this.#parts.keeper.wanted();
  }

  /** Serves those whose keys have a connection, which nobody else may have: they are passed by no one, nor shed. */
  #serveBound(pins: Pins, at: number | undefined): void {
    for (let match = pins.next(); match !== undefined; match = pins.next()) {
      this.#serve(match.waiter, match.record, at ?? performance.now());
    }
  }

  /** False when there is nobody to serve, or nothing to serve with. */
  #serveFirst(at: number | undefined): boolean {
    const { store } = this.#parts;
    if (store.current.connections.countAvailable() === 0) return false;
    const next = nextInLine(store.current);
    if (next === undefined) return false;
    const record = this.#choose(next);
    if (record === undefined) return this.#missed;
    // Who was to be served may have left while the strategy ran.
    if (nextInLine(store.current)?.id === next.id) this.#serveOrShed(next, record, at ?? performance.now());
    return true;
  }

  #serveOrShed(next: Waiter, record: ConnectionRecord, at: number): void {
    const { store, waitingRoom, queue } = this.#parts;
    if (queue?.(store.current, next, at) === true) waitingRoom.shed(next.id, at);
    else this.#serve(next, record, at);
  }

  #serve(next: Waiter, record: ConnectionRecord, at: number): void {
    const { inbox, waitingRoom } = this.#parts;
    const pending = waitingRoom.take(next.id);
    if (pending === undefined) return;
    const lease = this.#newLease(record, at);
    lease.waiter = next.id;
    // Whoever came while a strategy ran came later than what it was asked about.
    lease.waitedMs = Math.max(0, at - next.since);
    lease.stack = pending.stack;
    pending.settle(lease);
    this.#begin(lease, next.key);
    inbox.enqueue(pending);
  }

  /** What the strategy names, if it can be leased in the present state. */
  #choose(request: NextRequest): ConnectionRecord | undefined {
    const { store, chooser } = this.#parts;
    // Nobody's code runs meanwhile, and what it names can be leased.
    if (chooser.pure !== undefined) return chooser.pure(store.current, request);
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

  #newLease(record: ConnectionRecord, at: number): PoolLease<C> {
    const { connections, store } = this.#parts;
    // A record is available only while its connection stands in the side table.
    const connection = connections[record.slot] as C;
    const among = store.current.connections.countAvailable();
    return new PoolLease(this.#returns, ++this.#lastLease, connection, record, at, among);
  }

  /** `key`: of whoever gets the lease. */
  #begin(lease: PoolLease<C>, key: string | undefined): void {
    const { leases, leaks, keeper, inbox, pins } = this.#parts;
    leases.add(lease);
    leaks?.watch(lease);
    if (keeper.checking > 0) keeper.leased(lease.slot);
    const { id, connectionId: connection, slot, since: at, waiter, waitedMs } = lease;
    const version = inbox.nextVersion;
    inbox.sendStamped(
      pins === undefined || key === undefined
        ? { type: 'checkout', lease: id, connection, slot, waiter, waitedMs, at, version }
        : { type: 'checkout', lease: id, connection, slot, waiter, waitedMs, pin: key, at, version },
    );
  }
}
