import { type PoolError, connectFailedError, noEndpointsError } from '../errors.ts';
import type { PoolState } from '../state/pool-state.ts';

/** Whether there are no endpoints and there will be none. */
export function hasNoEndpointsForGood({ hasEndpoints, endpoints, endpointsEnded }: PoolState): boolean {
  return hasEndpoints && endpointsEnded && endpoints.length === 0;
}

/** Whether no connection is up or connecting, and connecting is held back or has no endpoint. */
export function isOutOfReach(state: PoolState): boolean {
  const { idle, active, connecting, circuit } = state;
  return idle + active + connecting === 0 && (circuit === 'open' || hasNoEndpointsForGood(state));
}

/** The error of checkouts and of `ready()` while `isOutOfReach`. */
export function unreachableError(state: PoolState, cause: unknown, now: number): PoolError<'POOL_CONNECT_FAILED'> {
  const { name, connectFailures: failures, retryAt } = state;
  if (hasNoEndpointsForGood(state)) return noEndpointsError(name, failures, cause);
  return connectFailedError(name, { failures, retryInMs: Math.max(0, retryAt - now) }, cause);
}

/**
 * When the next connect may help, in milliseconds of the monotonic clock; `Infinity` if waiting for it is of no use.
 */
export function retryHelpsAt(state: PoolState, isPermanent: boolean): number {
  return isPermanent || hasNoEndpointsForGood(state) ? Infinity : state.retryAt;
}
