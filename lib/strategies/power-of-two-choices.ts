import { loadKey } from '../state/chunk.ts';
import { drawAvailable } from './draw.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/**
 * The better of two available connections drawn from the seed: the one with fewer leases or, if equal, with less load.
 * Constant time, nearly as even as `leastLoaded`, and many pools that use it never all run to the same connection:
 * Michael Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (IEEE TPDS 12(10), 2001).
 */
export function powerOfTwoChoices(): BuiltInStrategy {
  return builtIn('powerOfTwoChoices', 'it was the less loaded of two that were drawn', (state) => {
    const one = drawAvailable(state);
    const other = one && drawAvailable(state, 1, one);
    if (one === undefined || other === undefined) return one;
    return loadKey(other) < loadKey(one) ? other : one;
  });
}
