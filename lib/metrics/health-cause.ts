import type { PoolState } from '../state/pool-state.ts';
import { hasTarget } from '../state/supply-health.ts';

/** Of an error so many characters are quoted: what a server wrote to its stderr may be long. */
const LONGEST_ERROR = 500;

/**
 * Why the pool is as well as it is, in a sentence; when connecting is tried next is left out. `isQueue`: only those who
 * wait are the reason.
 */
export function healthCause(state: PoolState, isQueue: boolean): string {
  if (state.phase !== 'open') return state.phase === 'draining' ? 'The pool is being closed.' : 'The pool is closed.';
  if (isQueue)
    return `${checkouts(state.waiting)}: half of the queue is full, or takes half of the time that they have.`;
  const up = state.idle + state.active;
  if (up > state.unhealthy + state.withheld) return someUp(state, up);
  return up > 0 ? noneUsable(state, up) : nothingUp(state);
}

function someUp(state: PoolState, up: number): string {
  const { circuit, unhealthy, withheld, connecting, lastError } = state;
  if (circuit !== 'closed') return sentence(`${connections(up)} up, but connecting fails`, lastError);
  if (unhealthy > 0) return sentence(`${of(unhealthy, up)} unhealthy`, lastError);
  if (withheld > 0) return sentence(`${of(withheld, up)} not used, for a server rests or is set aside`, lastError);
  return `${connections(up)} up${connecting === 0 ? '' : `, ${connecting} more being opened`}.`;
}

function noneUsable({ unhealthy, lastError, hasEndpoints }: PoolState, up: number): string {
  const none = up === 1 ? 'The only connection cannot be used' : `None of ${up} connections can be used`;
  if (unhealthy === up) return sentence(`${none}: ${up === 1 ? 'it is' : 'all are'} unhealthy`, lastError);
  if (unhealthy > 0) return sentence(`${none}: ${unhealthy} unhealthy, the others rest or are set aside`, lastError);
  return `${none}: ${hasEndpoints ? 'every endpoint rests or is set aside' : 'the server asked for a rest'}.`;
}

function nothingUp(state: PoolState): string {
  const { circuit, connecting, closing, floor, allowed, maxSize, hasEndpoints, endpoints, lastError } = state;
  if (hasEndpoints && endpoints.length === 0) return sentence('Nothing is up: there are no endpoints', lastError);
  if (!hasTarget(state)) {
    return sentence(
      `Nothing is up: ${hasEndpoints ? 'every endpoint rests or is set aside' : 'the server asked for a rest'}`,
      lastError,
    );
  }
  const why = lastError === '' ? (circuit === 'closed' ? '' : 'connecting has failed') : lastError;
  if (circuit === 'open') return sentence('Nothing is up', why);
  if (connecting > 0)
    return `${sentence(why === '' ? 'Nothing is up yet' : 'Nothing is up', why)} ${opening(connecting)}`;
  if (circuit === 'halfOpen') {
    return `${sentence('Nothing is up', why)} ${floor > 0 ? 'It is tried again.' : 'Whoever asks next makes a new try.'}`;
  }
  if (floor === 0) return sentence('Nothing is up, for nobody asks', why);
  if (allowed === 0)
    return `Nothing is up: 0 of ${maxSize} connections are allowed by the bound that it shares with other pools or machines.`;
  return sentence(closing > 0 ? `Nothing is up, and ${closing} being closed` : 'Nothing is up yet', why);
}

function opening(count: number): string {
  return count === 1 ? 'A connection is being opened.' : `${count} connections are being opened.`;
}

function connections(count: number): string {
  return count === 1 ? '1 connection is' : `${count} connections are`;
}

function checkouts(count: number): string {
  return count === 1 ? '1 checkout waits' : `${count} checkouts wait`;
}

function of(some: number, up: number): string {
  return `${some} of ${up} ${up === 1 ? 'connection' : 'connections'} ${some === 1 ? 'is' : 'are'}`;
}

/** What is wrong, and the error that says why, in one line. */
function sentence(what: string, error: string): string {
  const line = error.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  const quoted = line.length > LONGEST_ERROR ? `${line.slice(0, LONGEST_ERROR)}…` : line;
  return quoted === '' ? `${what}.` : `${what}: ${quoted}.`;
}
