import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * Each connection in turn, in the order of their slots; the state's `cursor` tells whose turn it is. Constant time at
 * any size.
 */
export function roundRobin(): BuiltInStrategy {
  return builtIn('roundRobin', 'it was its turn', (state) => state.connections.nextAvailable(state.cursor));
}
