import { type WaitAccount } from '../../errors.ts';
import type { PoolState, Waiter } from '../../state/pool-state.ts';
import { hasTarget } from '../../state/supply-health.ts';
import type { LeaseBook } from '../lease-book.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * From this many waiters on, all places are counted off at once. Finding a single place takes time in proportion to the
 * keys, counting off in proportion to the waiters.
 */
const COUNT_OFF_FROM = 8;

/** Who waits, and for how long at most, in milliseconds; 0: for ever. */
interface Waiting {
  readonly waiter: Waiter;
  readonly timeoutMs: number;
}

/** The part of the account that is the same for all waiters at one moment. */
type PoolAccount = Omit<WaitAccount, 'waiter' | 'place' | 'waitedMs' | 'timeoutMs' | 'expectedWaitMs'>;

/** What is known besides the state; `undefined` where nothing is. */
export interface Circumstances {
  /** The last connect error, until a connect succeeds. */
  readonly connectError?: unknown;
  /** The last error of the strategy, until it names a connection. */
  readonly strategyError?: unknown;
  /** What a connection that is still connecting has reported so far. */
  readonly said?: string | undefined;
}

/**
 * The state of the pool in an account: what it is busy with, why connecting is held up, and which leases are held
 * longest.
 */
export function poolAccount<C>(
  state: PoolState,
  leases: LeaseBook<C>,
  at: number,
  known: Circumstances = {},
): PoolAccount {
  const { size, maxSize, allowed, idle, active, connecting, closing, unhealthy, withheld, waiting } = state;
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
    allowed,
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

/** The account of one waiter. `place` 1 is served next. */
export function waitAccount(
  account: PoolAccount,
  state: PoolState,
  { waiter: { id: waiter, since }, timeoutMs }: Waiting,
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
    allowed: account.allowed,
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

/** A function that finds places in the queue: one by one for few waiters, by counting off all for many. */
export function placesOf({ waiters }: PoolState, count: number): (waiter: Waiter) => number {
  if (count < COUNT_OFF_FROM) return (waiter) => waiters.placeOf(waiter);
  const places = new Map([...waiters].map(({ id }, i) => [id, i + 1]));
  return ({ id }) => places.get(id) ?? 0;
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
  const { idle, active, unhealthy, withheld, connecting, closing, circuit, size, allowed } = state;
  const up = idle + active;
  const isEnding = closing > 0 && size >= allowed;
  if (up === 0 && connecting > 0)
    return `nothing is up yet, a connect is under way${said === undefined ? '' : ` (${said})`}`;
  if (up === 0 && isEnding) return `nothing is up, and ${beingClosed(closing)}`;
  if (up === 0 && circuit !== 'open' && size >= allowed) return `nothing is up, and ${atMost(state)}`;
  if (up === 0) return circuit === 'open' ? 'nothing is up, and connecting has failed' : 'nothing is up';
  if (state.connections.nextAvailable(0) !== undefined) return declined(strategyError);
  if (unhealthy >= up) return `every connection is unhealthy${isEnding ? `, and ${beingClosed(closing)}` : ''}`;
  const inUse = `every ${whichOf(withheld, unhealthy)} is in use${isAnyChecked(state) ? ' or being checked' : ''}`;
  if (isEnding) return `${inUse}, and ${beingClosed(closing)}`;
  if (size >= allowed) return `${inUse}, and ${atMost(state)}`;
  if (circuit === 'open') return `${inUse}, and connecting has failed`;
  return connecting > 0
    ? `${inUse}, a connect is under way`
    : `${inUse}, and one should be back before a new one is up`;
}

/** How many connections there may be, in words. */
export function atMost({ maxSize, allowed, allowedBy }: PoolState): string {
  if (allowed === maxSize) return `there may be no more than ${maxSize}`;
  const mode = allowedBy === null || allowedBy === 'granted' ? '' : ` (${allowedBy})`;
  const bound = 'by the bound that it shares with other pools or machines';
  return `${allowed} of ${maxSize} ${allowed === 1 ? 'is' : 'are'} allowed ${bound}${mode}`;
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

/** Whether nothing may be leased or opened before a pause ends. */
function isAtRest(state: PoolState): boolean {
  return !hasTarget(state);
}

function whoRests({ hasEndpoints }: PoolState): string {
  return hasEndpoints ? 'every endpoint rests or is set aside, the first one' : 'the server asked for a rest,';
}

function restsFor({ endpoints, restingUntil }: PoolState, at: number): number | null {
  const ends = endpoints.map((one) => Math.max(one.setAsideUntil, one.restingUntil));
  const end = Math.min(...[restingUntil, ...ends].filter((until) => until > 0), Infinity);
  return end === Infinity ? null : Math.max(0, end - at);
}

/**
 * The expected waiting time of a place in the queue, judged by recent leases and connects; `null` where nothing is
 * known.
 */
function expectedWaitMs(state: PoolState, place: number, retryInMs: number | null): number | null {
  const { idle, active, unhealthy, withheld, connecting, connects, checkins, destroyed, maxLeasesPerConnection } =
    state;
  if (isAtRest(state)) return retryInMs === null ? null : retryInMs + state.useMs;
  // No waiter is served before the next connect, and only if that succeeds.
  if (retryInMs !== null && idle + active + connecting === 0) return retryInMs + state.connectMs;
  const serving = (idle + active - unhealthy - withheld) * maxLeasesPerConnection;
  const byReturn = serving > 0 && checkins + destroyed > 0 ? (place * state.useMs) / serving : Infinity;
  const byConnect = place <= connecting * maxLeasesPerConnection && connects > 0 ? state.connectMs : Infinity;
  const expected = Math.min(byReturn, byConnect);
  return expected === Infinity ? null : expected;
}
