import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from '../state/endpoint-record.ts';
import type { PoolState } from '../state/pool-state.ts';

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
  const ends = endpoints.flatMap((one) => [one.setAsideUntil, one.restingUntil]);
  return Math.min(...[restingUntil, ...ends].filter((until) => until > 0), Infinity);
}

/** Who has to go on for at most half to be set aside once `leaving` has left: the one whose time is up first. */
export function mustGoOn(endpoints: readonly EndpointRecord[], leaving: string): EndpointRecord | undefined {
  const others = endpoints.filter(({ id }) => id !== leaving);
  const aside = others.filter(({ setAsideUntil }) => setAsideUntil > 0);
  if (2 * aside.length <= others.length) return undefined;
  return aside.sort((one, other) => one.setAsideUntil - other.setAsideUntil)[0];
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
