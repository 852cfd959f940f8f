import { checkObject, duration } from '../base/durations.ts';
import { loadKey } from '../state/chunk.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import { drawAvailable } from './draw.ts';
import { type BuiltInStrategy, builtIn } from './strategy.ts';

/** Options of `peakEwma`. */
export interface PeakEwmaOptions {
  /** Time constant of the average, in milliseconds: after this time a latency counts for 1/e. Default 10 000. */
  readonly decayMs?: number;
}

/**
 * The cheaper of two available connections drawn from the seed. The cost is the latency times the leases, including the
 * new one. A connection that slows down is avoided at once, and tried again as its latency fades.
 *
 * The peak-sensitive average and the choice of two are those of Finagle's load balancer: `p2c/PeakEwma.scala` in
 * finagle-core, whose window is 10 s as well. As there, a connection with unknown latency is tried by a single request
 * and gets no other before that one is over. A latency is the time from the checkout to the checkin.
 *
 * Latencies are recorded only for the pool's own strategy: as a part of an operator of your own it is
 * `powerOfTwoChoices`. Throws a `RangeError` or `TypeError` for an invalid `decayMs`.
 */
export function peakEwma(options: PeakEwmaOptions = {}): BuiltInStrategy {
  checkObject('options', options);
  const { decayMs = 10_000 } = options;
  const decay = duration('decayMs', decayMs);
  if (decay === 0) throw new RangeError('decayMs must be a finite number of milliseconds above 0');
  return builtIn(
    'peakEwma',
    'it was the faster of two that were drawn',
    (state) => {
      const one = drawAvailable(state);
      const other = one && drawAvailable(state, 1, one);
      if (one === undefined || other === undefined) return one;
      return isCheaper(other, one, decay) ? other : one;
    },
    decay,
  );
}

/**
 * Whether `one` costs less than `other`. Both latencies fade at the same rate, so only the time between their updates
 * matters, not the present time.
 */
function isCheaper(one: ConnectionRecord, other: ConnectionRecord, decayMs: number): boolean {
  const oneIsKnown = one.latencyMs > 0;
  const otherIsKnown = other.latencyMs > 0;
  if (oneIsKnown && otherIsKnown) {
    const faded = Math.exp((one.latencyAt - other.latencyAt) / decayMs);
    const difference = one.latencyMs * (one.leases + 1) * faded - other.latencyMs * (other.leases + 1);
    if (difference !== 0) return difference < 0;
  } else if (oneIsKnown !== otherIsKnown) {
    // A connection with unknown latency is tried, by one request at a time.
    return oneIsKnown ? other.leases > 0 : one.leases === 0;
  }
  return loadKey(one) < loadKey(other);
}
