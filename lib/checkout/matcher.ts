import { type ConnectionRecord, type NextRequest, type Waiter, isAvailable } from '../state/pool-state.ts';
import { PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { type Pins, mustWait, nextInLine, pinnedConnectionOf } from './pins.ts';
import { LeaseReturns } from './lease-returns.ts';

/** Pairs requests with connections: every lease begins here, one at a time. Waiters come before new checkouts. */
export class Matcher<C> {
  readonly #parts: MatcherParts<C>;
  readonly #returns: LeaseReturns<C>;
  #lastLease = 0;
  // While a strategy chooses, user code may run and start a checkout: that must not choose by the same state.
  #choosing = false;
  #missed = false;

  constructor(parts: MatcherParts<C>) {
    this.#parts = parts;
    this.#returns = new LeaseReturns(parts, this.match.bind(this));
  }

  /**
   * A lease at once, if there are no waiters before it and the strategy names a connection. `stack`: the stack trace of
   * the call.
   */
  tryLease(request: NextRequest, stack?: string): PoolLease<C> | undefined {
    const state = this.#parts.store.current;
    if (state.phase !== 'open' || this.#choosing || mustWait(state, request.key)) return undefined;
    const record = pinnedConnectionOf(state, request.key) ?? this.#choose(request);
    const lease = record && this.#newLease(record, request.since);
    if (lease !== undefined) {
      lease.stack = stack;
      this.#begin(lease, request.key);
    }
    if (this.#missed) this.match();
    return lease;
  }

  /** Serves the queue for as long as the strategy names a connection. `at`: the present instant, where it is known. */
  match(at?: number): void {
    this.#missed = this.#choosing;
    // While the pool is being closed, the waiters are about to be refused, one after the other.
    if (this.#choosing || this.#parts.store.current.phase !== 'open') return;
    if (this.#parts.pins !== undefined) this.#servePinned(this.#parts.pins, at);
    let hasServed = false;
    while (this.#serveFirst(at)) hasServed = true;
    // The strategy may have declined connections before and taken the last one now: then more are needed.
    if (hasServed && this.#parts.chooser.pure === undefined) this.#parts.keeper.wanted();
  }

  /**
   * Serves waiters whose own connection is free. No other checkout may have that connection, so they are served out of
   * order and never shed.
   */
  #servePinned(pins: Pins, at: number | undefined): void {
    for (let match = pins.next(); match !== undefined; match = pins.next()) {
      this.#serve(match.waiter, match.record, at ?? performance.now());
    }
  }

  /** Serves or sheds the first waiter; false when there is none, or no connection for it. */
  #serveFirst(at: number | undefined): boolean {
    const { store } = this.#parts;
    if (store.current.connections.countAvailable() === 0) return false;
    const next = nextInLine(store.current);
    if (next === undefined) return false;
    const record = this.#choose(next);
    if (record === undefined) return this.#missed;
    // The waiter may have left while the strategy ran.
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
    // A checkout that came while a strategy ran may be later than `at`.
    lease.waitedMs = Math.max(0, at - next.since);
    lease.stack = pending.stack;
    pending.settle(lease);
    this.#begin(lease, next.key);
    inbox.enqueue(pending);
  }

  /** The connection that the strategy names, if it can be leased in the present state. */
  #choose(request: NextRequest): ConnectionRecord | undefined {
    const { store, chooser } = this.#parts;
    // A built-in strategy runs no user code, and what it names can be leased.
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
    // A record is available only while its connection stands in `connections`.
    const connection = connections[record.slot] as C;
    const among = store.current.connections.countAvailable();
    return new PoolLease(this.#returns, ++this.#lastLease, connection, record, at, among);
  }

  /** Begins a lease. `key`: the key of its checkout. */
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
