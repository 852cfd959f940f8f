import { type WaitAccount, messageOf } from '../errors.ts';
import type { PoolState, Waiter } from '../state/pool-state.ts';
import type { LeaseBook } from './lease-book.ts';
import type { PendingCheckout } from './pending-checkout.ts';

/** Finding one place costs no more than there are keys, counting off as much as there are waiters. */
const MANY = 8;

/** Who waits. */
type Waiting = Pick<PendingCheckout<unknown>, 'waiter' | 'priority' | 'key' | 'since'>;

/** What all who wait have in common at one moment. */
export type PoolAccount = Omit<WaitAccount, 'waiter' | 'place' | 'waitedMs' | 'timeoutMs' | 'expectedWaitMs'>;

/** How the pool stands: what it is busy with, what holds connecting up, and who holds its connections longest. */
export function poolAccount<C>(state: PoolState, leases: LeaseBook<C>, lastError: unknown, at: number): PoolAccount {
  const { size, maxSize, idle, active, connecting, unhealthy, waiting, circuit, connectFailures, retryAt } = state;
  const holders = leases
    .longestHeld(3)
    .map(({ id, connectionId, since }) => ({ lease: id, connection: connectionId, heldMs: at - since }));
  return {
    phase: phaseOf(state),
    because: becauseOf(state),
    size,
    maxSize,
    idle,
    active,
    connecting,
    unhealthy,
    waiting,
    circuit,
    connectFailures,
    retryInMs: circuit === 'open' ? Math.max(0, retryAt - at) : null,
    lastError: lastError === undefined ? null : messageOf(lastError),
    holders,
  };
}

/** The account of one waiter; `place` 1 is served next. */
export function waitAccount<C>(
  account: PoolAccount,
  state: PoolState,
  { waiter, since, timeoutMs }: PendingCheckout<C>,
  place: number,
  at: number,
): WaitAccount {
  // Field by field: spreading the account takes as long as all the rest of a timeout.
  return {
    waiter,
    place,
    phase: account.phase,
    because: account.because,
    waitedMs: at - since,
    timeoutMs: timeoutMs === 0 ? null : timeoutMs,
    expectedWaitMs: expectedWaitMs(state, place, account.retryInMs),
    size: account.size,
    maxSize: account.maxSize,
    idle: account.idle,
    active: account.active,
    connecting: account.connecting,
    unhealthy: account.unhealthy,
    waiting: account.waiting,
    circuit: account.circuit,
    connectFailures: account.connectFailures,
    retryInMs: account.retryInMs,
    lastError: account.lastError,
    holders: account.holders,
  };
}

/** How to find the places of so many waiters in the queue: one by one, or by counting them all off. */
export function placesOf({ waiters }: PoolState, count: number): (pending: Waiting) => number {
  if (count < MANY) return (pending) => waiters.placeOf(waiterOf(pending));
  const places = new Map([...waiters].map(({ id }, i) => [id, i + 1]));
  return ({ waiter }) => places.get(waiter) ?? 0;
}

function waiterOf({ waiter: id, key, priority, since }: Waiting): Waiter {
  return key === undefined ? { id, priority, since } : { id, key, priority, since };
}

function phaseOf({ connecting, circuit }: PoolState): WaitAccount['phase'] {
  if (connecting > 0) return 'connecting';
  return circuit === 'open' ? 'backing off' : 'waiting';
}

function becauseOf(state: PoolState): string {
  const { idle, active, unhealthy, connecting, circuit, size, maxSize } = state;
  const up = idle + active;
  if (up === 0 && connecting > 0) return 'nothing is up yet, a connect is under way';
  if (up === 0) return circuit === 'open' ? 'nothing is up, and connecting has failed' : 'nothing is up';
  if (state.connections.nextAvailable(0) !== undefined) return 'the strategy names none of the free connections';
  if (unhealthy >= up) return 'every connection is unhealthy';
  const inUse = unhealthy > 0 ? 'every healthy connection is in use' : 'every connection is in use';
  if (size >= maxSize) return `${inUse}, and there may be no more than ${maxSize}`;
  if (circuit === 'open') return `${inUse}, and connecting has failed`;
  return connecting > 0
    ? `${inUse}, a connect is under way`
    : `${inUse}, and one should be back before a new one is up`;
}

/** When this place is served, as uses and connects went lately; `null` where nothing is known. */
function expectedWaitMs(state: PoolState, place: number, retryInMs: number | null): number | null {
  const { idle, active, unhealthy, connecting, connects, checkins, destroyed, maxLeasesPerConnection } = state;
  // Before the next attempt nobody is served, and then not before that has succeeded.
  if (retryInMs !== null && idle + active + connecting === 0) return retryInMs + state.connectMs;
  const serving = (idle + active - unhealthy) * maxLeasesPerConnection;
  const byReturn = serving > 0 && checkins + destroyed > 0 ? (place * state.useMs) / serving : Infinity;
  const byConnect = place <= connecting * maxLeasesPerConnection && connects > 0 ? state.connectMs : Infinity;
  const expected = Math.min(byReturn, byConnect);
  return expected === Infinity ? null : expected;
}
