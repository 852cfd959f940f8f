import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * The connection with the fewest requests so far, and with the fewest leases first where connections are multiplexed;
 * evens out wear, whatever the order of checkins. A newcomer counts from the present minimum.
 */
export function leastLoaded(): BuiltInStrategy {
  return builtIn('leastLoaded', 'it had served least', (state) => state.connections.leastLoaded());
}
