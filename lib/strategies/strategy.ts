import { type OperatorFunction, map } from 'rxjs';
import type { ConnectionRecord, NextRequest, PoolState } from '../state/pool-state.ts';

/**
 * Chooses the connection for the next request: a pure operator that emits one choice for each snapshot, in the same
 * tick.
 *
 * `undefined`, a record that cannot be leased and no emission all mean "none now"; of several emissions the last one
 * counts. The request that is served next stands in `state.next`. Write your own with ordinary RxJS operators:
 * `pipe(filter((state) => state.idle > 2), leastLoaded())` keeps two connections in reserve.
 */
export type Strategy = OperatorFunction<PoolState, ConnectionRecord | undefined>;

/** Chooses a connection by one state; pure. `request` is the checkout to serve, `state.next` if left out. */
export type Choose = (state: PoolState, request?: NextRequest) => ConnectionRecord | undefined;

/** A strategy that needs no stream: each choice depends on one state only. */
export interface BuiltInStrategy extends Strategy {
  /** The name that `state.strategy`, events and metrics show. */
  readonly strategyName: string;
  /** The choice for one state; the operator does the same for each snapshot. */
  readonly choose: Choose;
  /** The reason for its choices, in words for people. */
  readonly reason: string;
  /** Time constant of the latency average that it needs, in milliseconds; 0 where it uses no latencies. */
  readonly latencyDecayMs: number;
}

/** Makes a built-in strategy out of a pure function of the state. */
export function builtIn(strategyName: string, reason: string, choose: Choose, latencyDecayMs = 0): BuiltInStrategy {
  const strategy: Strategy = map((state) => choose(state));
  return Object.assign(strategy, { strategyName, reason, choose, latencyDecayMs });
}

/** Whether the pool may call `choose` on its own state, without handing out a snapshot. */
export function isBuiltIn(strategy: Strategy): strategy is BuiltInStrategy {
  return 'choose' in strategy;
}
