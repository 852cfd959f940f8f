import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from '../../state/endpoint-record.ts';
import type { PoolState } from '../../state/pool-state.ts';

/**
 * The endpoint in service with the fewest connections or, if equal, the fewest failures, so that each is tried before
 * any is tried again. One that keeps failing comes last.
 */
export function bestEndpoint(endpoints: readonly EndpointRecord[], now: number): EndpointRecord | undefined {
  let best: EndpointRecord | undefined;
  for (const record of endpoints) {
    if (isInService(record) && (best === undefined || comesBefore(record, best, now))) best = record;
  }
  return best;
}

/**
 * When the first endpoint (or the pool) that rests or is set aside is in service again; `Infinity` where all are in
 * service.
 */
export function backInServiceAt({ endpoints, restingUntil }: Pick<PoolState, 'endpoints' | 'restingUntil'>): number {
  let first = restingUntil > 0 ? restingUntil : Infinity;
  for (const one of endpoints) {
    if (one.setAsideUntil > 0) first = Math.min(first, one.setAsideUntil);
    if (one.restingUntil > 0) first = Math.min(first, one.restingUntil);
  }
  return first;
}

/**
 * Whether more than half of the endpoints would be set aside once `leaving` has left; then another one has to return to
 * service.
 */
export function leavesTooManyAside(
  { length, aside }: { readonly length: number; readonly aside: number },
  leaving: EndpointRecord | undefined,
): boolean {
  if (leaving === undefined) return false;
  return 2 * (aside - (leaving.setAsideUntil > 0 ? 1 : 0)) > length - 1;
}

/** The endpoints that are set aside, in the order in which they return to service. */
export function inOrderOfReturn(endpoints: readonly EndpointRecord[]): readonly EndpointRecord[] {
  const aside = endpoints.filter(({ setAsideUntil }) => setAsideUntil > 0);
  return aside.sort((one, other) => one.setAsideUntil - other.setAsideUntil);
}

function comesBefore(one: EndpointRecord, other: EndpointRecord, now: number): boolean {
  const [oneFails, otherFails] = [isFailing(one, now), isFailing(other, now)];
  if (oneFails !== otherFails) return otherFails;
  return (one.connections - other.connections || one.failures - other.failures) < 0;
}

function isFailing(endpoint: EndpointRecord, now: number): boolean {
  return endpoint.failures >= TOO_MANY_FAILURES && !isForgiven(endpoint, now);
}

/** Whether `until` was set and has passed. */
export function isOver(until: number, now: number): boolean {
  return until > 0 && until <= now;
}
