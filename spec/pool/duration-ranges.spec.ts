import { describe, expect, it } from 'vitest';
import { resolveBackoff, resolveLifetime } from '../../lib/pool/duration-ranges.ts';
import type { BackoffOptions } from '../../lib/base/durations.ts';

describe('resolveBackoff', () => {
  it.each<[Partial<BackoffOptions> | undefined, number, number]>([
    [undefined, 100, 30_000],
    [{}, 100, 30_000],
    [{ minMs: 7 }, 7, 30_000],
    [{ maxMs: 500 }, 100, 500],
    [{ maxMs: 0 }, 100, 0],
    [{ minMs: 9, maxMs: Infinity }, 9, 0],
    [{ minMs: 0, maxMs: 5 }, 0, 5],
  ])('takes %j', (backoff, minMs, maxMs) => {
    expect(resolveBackoff(backoff)).toEqual({ minMs, maxMs });
  });

  it('lets the bound that is left out follow the other', () => {
    expect(resolveBackoff({ maxMs: 50 })).toEqual({ minMs: 50, maxMs: 50 });
    expect(resolveBackoff({ minMs: 60_000 })).toEqual({ minMs: 60_000, maxMs: 60_000 });
  });

  it.each([
    [5, new TypeError('connectBackoff must be an object, not number')],
    [null, new TypeError('connectBackoff must be an object, not null')],
    [{ minMs: null }, new TypeError('connectBackoff.minMs must be a number of milliseconds, not null')],
    [{ minMs: 9, maxMs: 8 }, new RangeError('connectBackoff.minMs (9) must not be above maxMs (8)')],
  ])('refuses %j', (backoff, error) => {
    expect(() => resolveBackoff(backoff as unknown as BackoffOptions)).toThrow(error);
  });
});

describe('resolveLifetime', () => {
  it.each([
    [[1000, Infinity], '[1000, Infinity]'],
    [[Infinity, 1000], '[Infinity, 1000]'],
  ])('refuses a range that has no end: %j', (lifetime, range) => {
    const message = `maxLifetimeMs must be a range between finite bounds, or off (0 or Infinity), not ${range}`;
    expect(() => resolveLifetime(lifetime as [number, number])).toThrow(new RangeError(message));
  });

  it.each([
    [null, 'null'],
    ['1000', 'string'],
    [{}, 'object'],
    [[9], 'an array of 1'],
    [[1, 2, 3], 'an array of 3'],
  ])('refuses %j', (lifetime, given) => {
    const message = `maxLifetimeMs must be a number of milliseconds or a range of two, not ${given}`;
    expect(() => resolveLifetime(lifetime as unknown as number)).toThrow(new TypeError(message));
  });

  it('takes two times Infinity for off', () => {
    expect(resolveLifetime([Infinity, Infinity])).toEqual({ minMs: 0, maxMs: 0 });
  });
});
