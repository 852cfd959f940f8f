import { checkObject, duration, kindOf, type BackoffOptions, type DurationRange } from '../base/durations.ts';
const BACKOFF: BackoffOptions = { minMs: 100, maxMs: 30_000 };

/**
 * Checks the bounds of a back-off. A bound that is left out gets its default, moved if necessary so that `minMs` is not
 * above `maxMs`.
 *
 * @internal
 */
export function resolveBackoff(
  backoff: Partial<BackoffOptions> = {},
  usual: BackoffOptions = BACKOFF,
  name = 'connectBackoff',
): BackoffOptions {
  checkObject(name, backoff);
  const { minMs: least = usual.minMs, maxMs: most = usual.maxMs } = backoff;
  const minMs = duration(`${name}.minMs`, least);
  const maxMs = duration(`${name}.maxMs`, most);
  if (maxMs === 0 || minMs <= maxMs) return { minMs, maxMs };
  if (backoff.minMs === undefined) return { minMs: maxMs, maxMs };
  if (backoff.maxMs === undefined) return { minMs, maxMs: minMs };
  throw new RangeError(`${name}.minMs (${minMs}) must not be above maxMs (${maxMs})`);
}

/**
 * How much shorter a lifetime may be, as a share, when `maxLifetimeMs` is one number: so not all connections end at
 * once.
 */
const SPREAD = 0.1;

/** The range from which lifetimes are drawn. One number n stands for 0.9 n to n; both bounds 0 means off. @internal */
export function resolveLifetime(
  lifetime: number | readonly [minMs: number, maxMs: number] = [1_500_000, 1_800_000],
): DurationRange {
  const [least, most] = boundsOf(lifetime);
  const maxMs = duration('maxLifetimeMs', most);
  const minMs = duration('maxLifetimeMs', least);
  const range = `[${least}, ${most}]`;
  if ((least === Infinity) !== (most === Infinity)) {
    throw new RangeError(`maxLifetimeMs must be a range between finite bounds, or off (0 or Infinity), not ${range}`);
  }
  if (minMs > maxMs) throw new RangeError(`maxLifetimeMs must be a range from less to more, not ${range}`);
  return { minMs, maxMs };
}

function boundsOf(lifetime: unknown): readonly [number, number] {
  if (typeof lifetime === 'number') return [lifetime === Infinity ? Infinity : lifetime * (1 - SPREAD), lifetime];
  if (Array.isArray(lifetime) && lifetime.length === 2) return lifetime as [number, number];
  const given = Array.isArray(lifetime) ? `an array of ${lifetime.length}` : kindOf(lifetime);
  throw new TypeError(`maxLifetimeMs must be a number of milliseconds or a range of two, not ${given}`);
}
