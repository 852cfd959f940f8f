import { type BuiltInStrategy, type Strategy, builtIn, isBuiltIn } from '../strategies/strategy.ts';
import { roundRobin } from '../strategies/round-robin.ts';
import { type ConnectionRecord, type PoolState, isAvailable } from '../state/pool-state.ts';

const KEY = /^connection (\d+)$/;

/** The key of a checkout that wants this connection and no other, as long as it is up. */
export function keyOf(connection: number): string {
  return `connection ${connection}`;
}

/**
 * The same strategy for all but those who want a certain connection by their key: they get that one, or wait for it, and
 * where it is gone they get another. A server of the modern era remembers a request that it has answered by questions on the
 * connection on which it has asked them. A strategy of a user's own stays as it is.
 */
export function orWanted(strategy: Strategy | undefined = roundRobin()): Strategy {
  return isBuiltIn(strategy) ? withWanted(strategy) : strategy;
}

function withWanted({ strategyName, reason, choose, latencyDecayMs }: BuiltInStrategy): BuiltInStrategy {
  const chooseOrWanted: BuiltInStrategy['choose'] = (state, request = state.next ?? undefined) => {
    const wanted = request?.key === undefined ? undefined : recordOf(state, request.key);
    if (wanted === undefined) return choose(state, request);
    return isAvailable(state, wanted) ? wanted : undefined;
  };
  return builtIn(strategyName, reason, chooseOrWanted, latencyDecayMs);
}

function recordOf(state: PoolState, key: string): ConnectionRecord | undefined {
  const id = Number(KEY.exec(key)?.[1] ?? NaN);
  if (Number.isNaN(id)) return undefined;
  for (const record of state.connections) {
    if (record.id === id && (record.status === 'idle' || record.status === 'active')) return record;
  }
  return undefined;
}
