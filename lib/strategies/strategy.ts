import { type OperatorFunction, map } from 'rxjs';
import type { ConnectionRecord, NextRequest, PoolState } from '../state/pool-state.ts';

/**
 * Chooses the connection for the next request: a pure operator that emits one choice for each snapshot, in the same tick.
 *
 * `undefined`, a record that cannot be leased and no emission all mean "none now"; of several the last counts. The
 * request that is about to be served stands in `state.next`. Write your own out of ordinary RxJS operators:
 * `pipe(filter((state) => state.idle > 2), leastLoaded())` keeps two connections in reserve.
 */
export type Strategy = OperatorFunction<PoolState, ConnectionRecord | undefined>;

/** Chooses by one state; pure. `request`: what is to be served, `state.next` where it is left out. */
export type Choose = (state: PoolState, request?: NextRequest) => ConnectionRecord | undefined;

/** A strategy that needs no stream: it looks at one state and keeps nothing of it. */
export interface BuiltInStrategy extends Strategy {
  /** As in `state.strategy`, in events and in metrics. */
  readonly strategyName: string;
  /** Chooses by one state; what the operator does with each snapshot. */
  readonly choose: Choose;
  /** What can be said of each of its choices, for people. */
  readonly reason: string;
  /** Over how many milliseconds it wants latencies to be averaged, 0 where it looks at none. */
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
