import { type WaitAccount } from '../../errors.ts';
import { isInService } from '../../state/endpoint-record.ts';
import type { PoolState, Waiter } from '../../state/pool-state.ts';
import type { LeaseBook } from '../lease-book.ts';
import type { PendingCheckout } from './pending-checkout.ts';
import { messageOf } from '../../base/thrown.ts';

/** Finding one place costs no more than there are keys, counting off as much as there are waiters. */
const MANY = 8;

/** Who waits. */
type Waiting = Pick<PendingCheckout<unknown>, 'waiter' | 'priority' | 'key' | 'since'>;

/** What all who wait have in common at one moment. */
export type PoolAccount = Omit<WaitAccount, 'waiter' | 'place' | 'waitedMs' | 'timeoutMs' | 'expectedWaitMs'>;

/** What is known besides the state; `undefined` where nothing is. */
export interface Circumstances {
  /** Why connecting failed, and has not succeeded since. */
  readonly connectError?: unknown;
  /** Why the strategy failed, and has named nothing since. */
  readonly strategyError?: unknown;
  /** What a connection that is not up yet has said of itself. */
  readonly said?: string | undefined;
}

/** How the pool stands: what it is busy with, what holds connecting up, and who holds its connections longest. */
export function poolAccount<C>(
  state: PoolState,
  leases: LeaseBook<C>,
  at: number,
  known: Circumstances = {},
): PoolAccount {
  const { size, maxSize, idle, active, connecting, closing, unhealthy, withheld, waiting } = state;
  const { circuit, connectFailures, retryAt } = state;
  const restsForMs = restsFor(state, at);
  const holders = leases
    .longestHeld(3)
    .map(({ id, connectionId, since }) => ({ lease: id, connection: connectionId, heldMs: at - since }));
  return {
    phase: phaseOf(state),
    because: becauseOf(state, restsForMs, known),
    size,
    maxSize,
    idle,
    active,
    connecting,
    closing,
    unhealthy,
    withheld,
    restsForMs,
    waiting,
    circuit,
    connectFailures,
    retryInMs: circuit === 'open' ? Math.max(0, retryAt - at) : null,
    lastError: known.connectError === undefined ? null : messageOf(known.connectError),
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
    expectedWaitMs: expectedWaitMs(state, place, account.retryInMs ?? (isAtRest(state) ? account.restsForMs : null)),
    size: account.size,
    maxSize: account.maxSize,
    idle: account.idle,
    active: account.active,
    connecting: account.connecting,
    closing: account.closing,
    unhealthy: account.unhealthy,
    withheld: account.withheld,
    restsForMs: account.restsForMs,
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

function phaseOf(state: PoolState): WaitAccount['phase'] {
  if (hasNoEndpoints(state)) return 'no endpoints';
  if (isAtRest(state)) return 'resting';
  if (state.connecting > 0) return 'connecting';
  return state.circuit === 'open' ? 'backing off' : 'waiting';
}

function becauseOf(state: PoolState, restsForMs: number | null, { strategyError, said }: Circumstances): string {
  if (hasNoEndpoints(state)) return 'there are no endpoints';
  if (isAtRest(state)) return `${whoRests(state)} for another ${Math.ceil(restsForMs ?? 0)} ms`;
  const { idle, active, unhealthy, withheld, connecting, closing, circuit, size, maxSize } = state;
  const up = idle + active;
  const isEnding = closing > 0 && size >= maxSize;
  if (up === 0 && connecting > 0)
    return `nothing is up yet, a connect is under way${said === undefined ? '' : ` (${said})`}`;
  if (up === 0 && isEnding) return `nothing is up, and ${beingClosed(closing)}`;
  if (up === 0) return circuit === 'open' ? 'nothing is up, and connecting has failed' : 'nothing is up';
  if (state.connections.nextAvailable(0) !== undefined) return declined(strategyError);
  if (unhealthy >= up) return `every connection is unhealthy${isEnding ? `, and ${beingClosed(closing)}` : ''}`;
  const inUse = `every ${whichOf(withheld, unhealthy)} is in use${isAnyChecked(state) ? ' or being checked' : ''}`;
  if (isEnding) return `${inUse}, and ${beingClosed(closing)}`;
  if (size >= maxSize) return `${inUse}, and there may be no more than ${maxSize}`;
  if (circuit === 'open') return `${inUse}, and connecting has failed`;
  return connecting > 0
    ? `${inUse}, a connect is under way`
    : `${inUse}, and one should be back before a new one is up`;
}

function declined(strategyError: unknown): string {
  const none = 'the strategy names none of the free connections';
  return strategyError === undefined ? none : `${none}: ${messageOf(strategyError)}`;
}

function whichOf(withheld: number, unhealthy: number): string {
  if (withheld > 0) return 'connection of an endpoint in service';
  return unhealthy > 0 ? 'healthy connection' : 'connection';
}

function beingClosed(closing: number): string {
  return closing === 1 ? '1 is being closed' : `${closing} are being closed`;
}

function isAnyChecked({ connections }: PoolState): boolean {
  for (const { checking, status } of connections) if (checking && status === 'idle') return true;
  return false;
}

function hasNoEndpoints({ hasEndpoints, endpoints }: PoolState): boolean {
  return hasEndpoints && endpoints.length === 0;
}

/** Whether nothing may be leased or opened before somebody's rest is over. */
function isAtRest({ hasEndpoints, endpoints, restingUntil }: PoolState): boolean {
  return hasEndpoints ? !endpoints.some(isInService) : restingUntil > 0;
}

function whoRests({ hasEndpoints }: PoolState): string {
  return hasEndpoints ? 'every endpoint rests or is set aside, the first one' : 'the server asked for a rest,';
}

function restsFor({ endpoints, restingUntil }: PoolState, at: number): number | null {
  const ends = endpoints.map((one) => Math.max(one.setAsideUntil, one.restingUntil));
  const end = Math.min(...[restingUntil, ...ends].filter((until) => until > 0), Infinity);
  return end === Infinity ? null : Math.max(0, end - at);
}

/** When this place is served, as uses and connects went lately; `null` where nothing is known. */
function expectedWaitMs(state: PoolState, place: number, retryInMs: number | null): number | null {
  const { idle, active, unhealthy, withheld, connecting, connects, checkins, destroyed, maxLeasesPerConnection } =
    state;
  if (isAtRest(state)) return retryInMs === null ? null : retryInMs + state.useMs;
  // Before the next attempt nobody is served, and then not before that has succeeded.
  if (retryInMs !== null && idle + active + connecting === 0) return retryInMs + state.connectMs;
  const serving = (idle + active - unhealthy - withheld) * maxLeasesPerConnection;
  const byReturn = serving > 0 && checkins + destroyed > 0 ? (place * state.useMs) / serving : Infinity;
  const byConnect = place <= connecting * maxLeasesPerConnection && connects > 0 ? state.connectMs : Infinity;
  const expected = Math.min(byReturn, byConnect);
  return expected === Infinity ? null : expected;
}
