import type { PoolState } from '../state/pool-state.ts';
import { type HealthStatus, supplyHealth } from '../state/supply-health.ts';
import { healthCause } from './health-cause.ts';

/** How well a pool can serve, and why. */
export interface PoolHealth {
  /** What a readiness probe asks for: see `HealthStatus`. */
  readonly status: HealthStatus;
  /** The reason in a sentence for people, with the cause of the last failure and when connecting is tried next. */
  readonly because: string;
  /**
   * Since when the status is what it is, in milliseconds of the monotonic clock (`performance.now()`). Where the queue is
   * the reason: since when it has not been empty.
   */
  readonly since: number;
}

/** A health that can be told at any later moment: its sentence without the part that the clock changes. */
export interface HealthFacts {
  /** How well the pool can serve. */
  readonly status: HealthStatus;
  /** The reason in a sentence for people. */
  readonly cause: string;
  /** Since when, in milliseconds of the monotonic clock. */
  readonly since: number;
  /** When connecting is tried next, on the same clock; `null` where that is not known, or nothing has to be tried. */
  readonly nextTryAt: number | null;
}

/** From here on the queue itself is trouble: half of it is full, or half of the time of a checkout is spent in it. */
const HEAVY_PRESSURE = 0.75;

/** The health of a pool by its state and its pressure, which is `null` where nobody knows it. */
export function healthFacts(state: PoolState, pressure: number | null): HealthFacts {
  const status = healthStatus(state, pressure);
  const isQueue = status !== supplyHealth(state);
  return {
    status,
    cause: healthCause(state, isQueue),
    since: isQueue ? state.waitingSince : state.healthSince,
    nextTryAt: state.phase === 'open' && state.circuit === 'open' ? state.retryAt : null,
  };
}

/** The health of a pool at an instant of the monotonic clock. */
export function healthOf(state: PoolState, pressure: number | null, at: number): PoolHealth {
  const { status, cause, since, nextTryAt } = healthFacts(state, pressure);
  return { status, because: nextTryAt === null ? cause : `${cause} ${nextTry(nextTryAt - at)}`, since };
}

/** Whether two healths differ by more than what the clock does, and what every lease does. */
export function isSameHealth(one: HealthMark, other: HealthMark): boolean {
  return one.every((value, i) => value === other[i]);
}

/** What makes a health another one. */
export type HealthMark = readonly (string | number)[];

/** The mark of a state; costs no sentence, for it is asked for at each event. */
export function healthMark(state: PoolState, pressure: number): HealthMark {
  const { circuit, retryAt, restingUntil, lastError, unhealthy, withheld } = state;
  return [healthStatus(state, pressure), circuit, retryAt, restingUntil, lastError, unhealthy, withheld];
}

function healthStatus(state: PoolState, pressure: number | null): HealthStatus {
  const status = supplyHealth(state);
  const isHeavy = state.waiting > 0 && (pressure ?? 0) >= HEAVY_PRESSURE;
  return status === 'ok' && isHeavy ? 'degraded' : status;
}

function nextTry(inMs: number): string {
  if (inMs <= 0) return 'Next try now.';
  return inMs < 950 ? `Next try in ${(inMs / 1000).toFixed(1)} s.` : `Next try in ${Math.round(inMs / 1000)} s.`;
}
