import { isInService } from './endpoint-record.ts';
import type { PoolState } from './pool-state.ts';

/**
 * How well a pool can serve: `ok`; `degraded`, it serves, but with less than it should have; `down`, it can serve
 * nobody.
 */
export type HealthStatus = 'ok' | 'degraded' | 'down';

/**
 * The health of the supply, whoever waits.
 *
 * `down`: no connection can be used, and there is no good reason to expect one: connecting fails, or there is no endpoint
 * in service, or those that are up are all unhealthy or set aside; also once the pool is being closed. `degraded`: some
 * connections cannot be used, or connecting fails, or nothing is up yet although connections are to be kept. A pool that
 * keeps none (`minSize: 0`) is `ok` while nobody has asked, and `degraded` while its last connect has failed and the
 * next one who asks makes the next attempt.
 */
export function supplyHealth(state: PoolState): HealthStatus {
  const { phase, circuit, idle, active, connecting, floor, unhealthy, withheld } = state;
  if (phase !== 'open') return 'down';
  if (idle + active > unhealthy + withheld) {
    return circuit === 'closed' && unhealthy + withheld === 0 ? 'ok' : 'degraded';
  }
  if (idle + active > 0 || circuit === 'open' || !hasTarget(state)) return 'down';
  if (circuit === 'halfOpen') return connecting > 0 || floor > 0 ? 'down' : 'degraded';
  return floor > 0 ? 'degraded' : 'ok';
}

/** Whether there is anything to connect to: an endpoint in service or, without endpoints, a server that does not rest. */
export function hasTarget({ hasEndpoints, endpoints, restingUntil }: PoolState): boolean {
  return hasEndpoints ? endpoints.some(isInService) : restingUntil === 0;
}
