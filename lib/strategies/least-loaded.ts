import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * The connection with the fewest requests so far; where connections are multiplexed, first of all with the fewest
 * leases. Evens out wear, whatever the order of checkins. A new connection starts at the present minimum.
 */
export function leastLoaded(): BuiltInStrategy {
  return builtIn('leastLoaded', 'it had served least', (state) => state.connections.leastLoaded());
}
