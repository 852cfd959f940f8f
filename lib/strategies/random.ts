import { drawAvailable } from './draw.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * A random available connection, all equally likely. Drawn from the seed in the state, so the same log makes the same
 * choices.
 */
export function random(): BuiltInStrategy {
  return builtIn('random', 'it was drawn', (state) => drawAvailable(state));
}
