import { type PoolError, type WaitAccount, withCheckoutStack, checkoutTimeoutError, shedError } from '../../errors.ts';
import type { Inbox } from '../../events/inbox.ts';
import type { Leave } from '../../events/pool-event.ts';
import { enterPinned } from '../../state/pin-transitions.ts';
import { enterQueue } from '../../state/queue-transitions.ts';
import type { Waiter } from '../../state/pool-state.ts';
import type { Store } from '../../state/store.ts';
import { Deadlines } from '../../base/deadlines.ts';
import { DelayedCheckouts } from './delayed-checkouts.ts';
import type { LeaseBook } from '../lease-book.ts';
import { waitOf } from '../lease-events.ts';
import type { PendingCheckout, Queue } from './pending-checkout.ts';
import { QueuedWaiter } from './queued-waiter.ts';
import { keyAccounts } from './pin-account.ts';
import { type Circumstances, placesOf, poolAccount, waitAccount } from './wait-account.ts';

/** The live side of the queue: each waiter in it ends with a lease, with an error or by leaving. */
export class WaitingRoom<C> implements Queue<C> {
  /** Checkouts that will begin later. */
  readonly delayed: DelayedCheckouts = new DelayedCheckouts();
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #leases: LeaseBook<C>;
  readonly #circumstances: () => Circumstances;
  readonly #serve: () => void;
  readonly #deadlines = new Deadlines<PendingCheckout<C>>((expired) => {
    this.#expire(expired);
  });
  #lastWaiter = 0;

  /**
   * `serve` serves the queue. Called after a waiter has left: a strategy may have kept a connection for that one, which
   * the next can get.
   */
  constructor(store: Store, inbox: Inbox, leases: LeaseBook<C>, circumstances: () => Circumstances, serve: () => void) {
    this.#store = store;
    this.#inbox = inbox;
    this.#leases = leases;
    this.#circumstances = circumstances;
    this.#serve = serve;
  }

  /** A waiter, by the id of which it is known from now on. */
  newWaiter(priority: number, key: string | undefined, since: number): QueuedWaiter<PendingCheckout<C>> {
    return new QueuedWaiter(++this.#lastWaiter, key, priority, since);
  }

  /** Adds a waiter to the queue. */
  enter(pending: PendingCheckout<C>): void {
    const { waiter } = pending;
    const draft = this.#store.nextDraft();
    waiter.pending = pending;
    this.#deadlines.add(pending, pending.timeoutMs);
    if (draft.hasPins) enterPinned(draft, waiter);
    else enterQueue(draft, waiter);
    if (this.#inbox.isHeard) this.#inbox.report(waitOf(waiter, draft.version));
  }

  /** Removes and returns a waiter that is about to be served. */
  take(waiter: Waiter): PendingCheckout<C> | undefined {
    const pending = pendingOf<C>(waiter);
    if (pending === undefined) return undefined;
    pending.waiter.pending = undefined;
    this.#deadlines.remove(pending);
    return pending;
  }

  /** Rejects a waiter that has waited too long, so that those behind it are served sooner. */
  shed(waiter: Waiter, at: number): void {
    const pending = pendingOf<C>(waiter);
    if (pending === undefined) return;
    const { name, waiting, maxWaiting: limit, waitingSince } = this.#store.current;
    const data = { waiting, limit, waitedMs: at - pending.waiter.since };
    this.#fail(pending, 'overloaded', withCheckoutStack(shedError(name, data, at - waitingSince), pending.stack));
  }

  /** Fails all waiters with the same error, in a state that accepts no new ones. */
  failAll(reason: Leave['reason'], error: PoolError): void {
    for (const pending of this.#all()) this.#fail(pending, reason, error);
    for (const delayed of this.delayed) this.#inbox.enqueue(delayed);
  }

  /** Fails the waiters whose deadline is before `instant`; all of them where that is `Infinity`. */
  failBefore(instant: number, reason: Leave['reason'], error: PoolError): void {
    for (const pending of this.#all()) {
      if (pending.deadline < instant || instant === Infinity) this.#fail(pending, reason, error);
    }
    this.#serve();
  }

  /** Why this waiter is waiting; `undefined` when it is not. */
  why(waiter: number): WaitAccount | undefined {
    const pending = this.#all().find(({ waiter: { id } }) => id === waiter);
    return pending && this.#accounts(performance.now(), 1, this.#circumstances())(pending);
  }

  /** Stops the timers. */
  close(): void {
    this.#deadlines.clear();
  }

  leave(pending: PendingCheckout<C>): void {
    if (this.take(pending.waiter) === undefined) return;
    this.#sendLeave(pending, 'cancelled');
    this.#serve();
  }

  /** All waiters, in the order in which they would be served. */
  #all(): PendingCheckout<C>[] {
    return Array.from(this.#store.current.waiters, (waiter) => pendingOf<C>(waiter)).filter(
      (pending) => pending !== undefined,
    );
  }

  #expire(expired: readonly PendingCheckout<C>[]): void {
    const at = performance.now();
    // The accounts are made before the first waiter leaves, and share one pool account: ten thousand may expire at
    // once.
    const circumstances = this.#circumstances();
    const { connectError, strategyError } = circumstances;
    const accountOf = this.#accounts(at, expired.length, circumstances);
    const cause = connectError ?? strategyError;
    const { name } = this.#store.current;
    const failures = expired.map((pending) => {
      const error = checkoutTimeoutError(name, accountOf(pending), cause);
      return [pending, withCheckoutStack(error, pending.stack)] as const;
    });
    for (const [pending, error] of failures) this.#fail(pending, 'timeout', error);
    this.#serve();
  }

  /**
   * A function that makes the account of a waiter, by the present state. `count`: for how many waiters it will be
   * called.
   */
  #accounts(at: number, count: number, circumstances: Circumstances): (pending: PendingCheckout<C>) => WaitAccount {
    const state = this.#store.current;
    const account = poolAccount(state, this.#leases, at, circumstances);
    if (state.hasPins) {
      const ofKey = keyAccounts(state);
      return (pending) => ofKey(waitAccount(account, state, pending, 0, at), pending.waiter);
    }
    const placeOf = placesOf(state, count);
    return (pending) => waitAccount(account, state, pending, placeOf(pending.waiter), at);
  }

  #fail(pending: PendingCheckout<C>, reason: Leave['reason'], error: PoolError): void {
    if (this.take(pending.waiter) === undefined) return;
    pending.settle(error);
    this.#sendLeave(pending, reason);
    this.#inbox.enqueue(pending);
  }

  #sendLeave({ waiter: { id: waiter, priority, key } }: PendingCheckout<C>, reason: Leave['reason']): void {
    const who = key === undefined ? { waiter, priority } : { waiter, priority, key };
    this.#inbox.send({ type: 'leave', ...who, reason });
  }
}

/** The live side of a waiter of the pool's own state. */
function pendingOf<C>(waiter: Waiter): PendingCheckout<C> | undefined {
  return waiter instanceof QueuedWaiter ? (waiter as QueuedWaiter<PendingCheckout<C>>).pending : undefined;
}
