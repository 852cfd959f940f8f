import {
  type EndpointRecord,
  FORGET_MS,
  INFANT_MS,
  TOO_MANY_FAILURES,
  isForgiven,
  isInService,
} from '../../state/endpoint-record.ts';
import type { ConnectionRecord, PoolState } from '../../state/pool-state.ts';
import { bestEndpoint } from './endpoint-choice.ts';

/** The idle connection to retire so that another endpoint gets one in its place; `undefined`: none. */
export function misplaced(state: PoolState, now: number): ConnectionRecord | undefined {
  // A cheap test first: with long lists hardly any endpoint has two connections.
  if (!isCalm(state) || !state.endpoints.some(hasToSpare)) return undefined;
  const to = receiver(state, now);
  if (to === undefined) return undefined;
  const { id: from, connections } = fullest(state.endpoints, to);
  if (connections - to.connections < 2) return undefined;
  for (const record of state.connections) {
    if (record.endpoint === from && record.status === 'idle' && record.pin === null) return record;
  }
  return undefined;
}

/**
 * Whether a connection of this endpoint should move: it has at least two more than the endpoint that would get the next
 * one.
 */
export function isCrowded(state: PoolState, from: EndpointRecord, now: number): boolean {
  if (!hasToSpare(from) || !isInService(from)) return false;
  const to = receiver(state, now);
  return to !== undefined && from.connections - to.connections > 1;
}

/** When to look again, because an endpoint will be trusted again by then; `Infinity` where nothing depends on that. */
export function spreadAgainAt(state: PoolState, now: number): number {
  if (!isCalm(state)) return Infinity;
  const inService = state.endpoints.filter(isInService);
  const most = inService.reduce((max, { connections }) => Math.max(max, connections), 0);
  if (most < 2) return Infinity;
  let at = Infinity;
  for (const endpoint of inService) {
    const isFar = most - endpoint.connections > 1;
    if (isFar && !isTrusted(endpoint, now)) at = Math.min(at, forgivenAt(endpoint));
  }
  return at;
}

/** Whether the endpoint has more than one connection, so that it may have two more than another. */
function hasToSpare({ connections }: EndpointRecord): boolean {
  return connections > 1;
}

/**
 * The endpoint that gets a connection, one at a time: it is new, has returned to service, or has too few for another
 * reason.
 */
function receiver(state: PoolState, now: number): EndpointRecord | undefined {
  const to = isCalm(state) ? bestEndpoint(state.endpoints, now) : undefined;
  return to !== undefined && isTrusted(to, now) ? to : undefined;
}

/**
 * Whether connecting works as far as known, and no connection is missing or on its way that could even out the numbers
 * by itself.
 */
function isCalm({ phase, endpoints, idle, active, connecting, moving, floor, allowed, circuit }: PoolState): boolean {
  if (endpoints.length < 2 || circuit === 'open' || phase !== 'open') return false;
  return connecting + moving === 0 && idle + active >= Math.min(floor, allowed);
}

/**
 * Whether the endpoint may get a connection. One that has failed gets a single one first, and the next when that one
 * has not died young.
 */
function isTrusted(endpoint: EndpointRecord, now: number): boolean {
  const isOnProbation = endpoint.failures < TOO_MANY_FAILURES && endpoint.connections === 0;
  return isOnProbation || isForgiven(endpoint, now);
}

function forgivenAt({ worksSince, failedAt }: EndpointRecord): number {
  return worksSince > 0 ? Math.min(worksSince + INFANT_MS, failedAt + FORGET_MS) : failedAt + FORGET_MS;
}

function fullest(endpoints: readonly EndpointRecord[], most: EndpointRecord): EndpointRecord {
  for (const endpoint of endpoints) {
    if (endpoint.connections > most.connections && isInService(endpoint)) most = endpoint;
  }
  return most;
}
