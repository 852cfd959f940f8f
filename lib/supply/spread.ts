import {
  type EndpointRecord,
  INFANT_MS,
  TOO_MANY_FAILURES,
  isForgiven,
  isInService,
} from '../state/endpoint-record.ts';
import type { ConnectionRecord, PoolState } from '../state/pool-state.ts';
import { fewest } from './endpoint-choice.ts';

/** The idle connection that is to go so that another endpoint gets one in its place; `undefined`: none. */
export function misplaced(state: PoolState, now: number): ConnectionRecord | undefined {
  const from = crowded(state, now);
  if (from === undefined) return undefined;
  for (const record of state.connections) if (record.endpoint === from && record.status === 'idle') return record;
  return undefined;
}

/**
 * The endpoint that has at least two connections more than the one that would get the next; `undefined`: there is none.
 * One connection moves at a time, whether an endpoint has come, has come back or has got its share of failures.
 */
export function crowded(state: PoolState, now: number): string | undefined {
  const to = isCalm(state) ? fewest(state.endpoints, now) : undefined;
  return to !== undefined && isTrusted(to, now) ? moreThan(to, state)?.id : undefined;
}

/** When to look again, because an endpoint will have worked for long enough; `Infinity`: nothing depends on that. */
export function spreadAgainAt(state: PoolState, now: number): number {
  const to = isCalm(state) ? fewest(state.endpoints, now) : undefined;
  if (to === undefined || to.worksSince === 0 || isTrusted(to, now)) return Infinity;
  return moreThan(to, state) === undefined ? Infinity : to.worksSince + INFANT_MS;
}

/** Connecting works, and nothing is missing or on its way that may even the numbers out by itself. */
function isCalm({ phase, endpoints, idle, active, connecting, moving, floor, circuit }: PoolState): boolean {
  if (endpoints.length < 2 || circuit !== 'closed' || phase !== 'open') return false;
  return connecting + moving === 0 && idle + active >= floor;
}

/** One that has failed is tried with a single connection, and gets the next when that has not died young. */
function isTrusted(endpoint: EndpointRecord, now: number): boolean {
  const isOnProbation = endpoint.failures < TOO_MANY_FAILURES && endpoint.connections === 0;
  return isOnProbation || isForgiven(endpoint, now);
}

function moreThan(to: EndpointRecord, { endpoints }: PoolState): EndpointRecord | undefined {
  let most = to;
  for (const endpoint of endpoints) {
    if (endpoint.connections > most.connections && isInService(endpoint)) most = endpoint;
  }
  return most.connections - to.connections > 1 ? most : undefined;
}
