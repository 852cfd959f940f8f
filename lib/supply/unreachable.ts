import { type PoolError, connectFailedError, noEndpointsError } from '../errors.ts';
import type { PoolState } from '../state/pool-state.ts';

/** Whether there are no endpoints, nor will there be. */
export function hasNoEndpointsForGood({ hasEndpoints, endpoints, endpointsEnded }: PoolState): boolean {
  return hasEndpoints && endpointsEnded && endpoints.length === 0;
}

/** Whether nothing is up or on its way, and connecting is held back or has nowhere to go. */
export function isOutOfReach(state: PoolState): boolean {
  const { idle, active, connecting, circuit } = state;
  return idle + active + connecting === 0 && (circuit === 'open' || hasNoEndpointsForGood(state));
}

/** What those are told who ask for a connection then. */
export function unreachableError(state: PoolState, cause: unknown, now: number): PoolError<'POOL_CONNECT_FAILED'> {
  const { name, connectFailures: failures, retryAt } = state;
  if (hasNoEndpointsForGood(state)) return noEndpointsError(name, failures, cause);
  return connectFailedError(name, { failures, retryInMs: Math.max(0, retryAt - now) }, cause);
}

/** When the next attempt may help, in milliseconds of the monotonic clock; `Infinity`: it is of no use to wait for it. */
export function helpAt(state: PoolState, isPermanent: boolean): number {
  return isPermanent || hasNoEndpointsForGood(state) ? Infinity : state.retryAt;
}
