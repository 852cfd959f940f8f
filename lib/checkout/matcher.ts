import { type ConnectionRecord, type NextRequest, type Waiter, isAvailable } from '../state/pool-state.ts';
import type { HotPath } from './hot-path.ts';
import { checkoutOf } from './lease-events.ts';
import type { PoolLease } from './lease.ts';
import type { MatcherParts } from './matcher-parts.ts';
import { type Pins, mustWait, nextInLine, pinnedConnectionOf } from './pins.ts';
import { LeaseReturns } from './lease-returns.ts';
import type { PendingCheckout } from './queue/pending-checkout.ts';

/** How a lease was asked for. */
interface Asked<C> {
  readonly key: string | undefined;
  readonly stack: string | undefined;
  readonly waiter?: number;
  readonly waitedMs?: number;
  readonly pending?: PendingCheckout<C>;
}

/** Pairs requests with connections: every lease begins here, one at a time. Waiters come before new checkouts. */
export class Matcher<C> {
  readonly #parts: MatcherParts<C>;
  readonly #hot: HotPath<C>;
  // While a strategy chooses, user code may run and start a checkout: that must not choose by the same state.
  #choosing = false;
  #missed = false;

  constructor(parts: MatcherParts<C>) {
    this.#parts = parts;
    this.#hot = new LeaseReturns(parts, this.match.bind(this)).hot;
  }

  /**
   * A lease at once, if there are no waiters before it and the strategy names a connection. `stack`: the stack trace of
   * the call.
   */
  tryLease(since: number, request: NextRequest | undefined, stack?: string): PoolLease<C> | undefined {
    if (this.#hot.isOpen) return this.#hot.tryLease(since, request);
    return this.#tryStepByStep(request ?? { priority: 0, since }, stack);
  }

  #tryStepByStep(request: NextRequest, stack: string | undefined): PoolLease<C> | undefined {
    const state = this.#parts.store.current;
    if (state.phase !== 'open' || this.#choosing || mustWait(state, request.key)) return undefined;
    const record = pinnedConnectionOf(state, request.key) ?? this.#choose(request);
    const lease = record && this.#begin(record, request.since, { key: request.key, stack });
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
    if (queue?.(store.current, next, at) === true) waitingRoom.shed(next, at);
    else this.#serve(next, record, at);
  }

  #serve(next: Waiter, record: ConnectionRecord, at: number): void {
    const { inbox, waitingRoom } = this.#parts;
    const pending = waitingRoom.take(next);
    if (pending === undefined) return;
    // A checkout that came while a strategy ran may be later than `at`.
    const waitedMs = Math.max(0, at - next.since);
    const { stack } = pending;
    this.#begin(record, at, { key: next.key, stack, waiter: next.id, waitedMs, pending });
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

  /** Begins a lease. */
  #begin(record: ConnectionRecord, at: number, asked: Asked<C>): PoolLease<C> {
    const { store, leases, leaks, keeper, inbox, pins } = this.#parts;
    const { key, stack, waiter = null, waitedMs = 0, pending } = asked;
    const among = store.current.connections.countAvailable();
    const lease = this.#hot.newLease(record.id, record.slot, at, among, waiter, waitedMs);
    lease.stack = stack;
    pending?.settle(lease);
    leases.add(lease);
    leaks?.watch(lease);
    if (keeper.isWatching) keeper.leased(lease.slot);
    inbox.sendStamped(checkoutOf(lease, inbox.nextVersion, pins === undefined ? undefined : key));
    return lease;
  }
}
