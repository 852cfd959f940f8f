import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from '../../state/endpoint-record.ts';
import type { PoolState } from '../../state/pool-state.ts';

/**
 * Of the endpoints in service the one with the fewest connections, of equal ones that with the fewest failures, so that
 * each is tried before any is tried again; one that keeps failing last.
 */
export function fewest(endpoints: readonly EndpointRecord[], now: number): EndpointRecord | undefined {
  let best: EndpointRecord | undefined;
  for (const record of endpoints) {
    if (isInService(record) && (best === undefined || comesBefore(record, best, now))) best = record;
  }
  return best;
}

/** When the first of those that rest or are set aside goes on, `Infinity` where all are in service. */
export function backAt({ endpoints, restingUntil }: Pick<PoolState, 'endpoints' | 'restingUntil'>): number {
  let first = restingUntil > 0 ? restingUntil : Infinity;
  for (const one of endpoints) {
    if (one.setAsideUntil > 0) first = Math.min(first, one.setAsideUntil);
    if (one.restingUntil > 0) first = Math.min(first, one.restingUntil);
  }
  return first;
}

/** Whether more than half would be set aside once `leaving` has left: then another one has to go on. */
export function leavesTooManyAside(
  { length, aside }: { readonly length: number; readonly aside: number },
  leaving: EndpointRecord | undefined,
): boolean {
  if (leaving === undefined) return false;
  return 2 * (aside - (leaving.setAsideUntil > 0 ? 1 : 0)) > length - 1;
}

/** Those that are set aside, in the order in which they go on. */
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

/** Whether a time that had been set is up. */
export function isOver(until: number, now: number): boolean {
  return until > 0 && until <= now;
}
