import { count } from '../base/durations.ts';
import type { PoolState } from '../state/pool-state.ts';

/** Throws a `TypeError` or `RangeError` for a size that a pool cannot be given. @internal */
export function checkSize(size: number, { minSize, maxSize }: Pick<PoolState, 'minSize' | 'maxSize'>): void {
  count('size', size, 0);
  if (size < minSize || size > maxSize) {
    throw new RangeError(`size must be between minSize (${minSize}) and maxSize (${maxSize}), not ${size}`);
  }
}
