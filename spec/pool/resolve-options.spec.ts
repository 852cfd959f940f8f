import { NEVER, map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../lib/pool/resolve-options.ts';
import { leastLoaded } from '../../lib/strategies/least-loaded.ts';
import { random } from '../../lib/strategies/random.ts';
import type { PoolOptions } from '../../lib/pool/pool-options.ts';

const connect = () => NEVER;
const resolved = (options: Partial<PoolOptions<string>> = {}) => resolveOptions<string>({ connect, ...options });

describe('resolveOptions', () => {
  it('fills in the defaults', () => {
    expect(resolved({ seed: 1 })).toMatchObject({
      checkoutTimeoutMs: 5000,
      maxConnecting: 4,
      maxUses: 0,
      connectTimeoutMs: 10_000,
      connectBackoff: { minMs: 100, maxMs: 30_000 },
      healthCheckIntervalMs: 5000,
      healthCheckTimeoutMs: 2000,
      closeTimeoutMs: 2000,
      idleTimeoutMs: 60_000,
      maxLifetimeMs: { minMs: 1_500_000, maxMs: 1_800_000 },
      leakAfterMs: 0,
      metricsWindowMs: 1000,
      opened: {
        name: 'pool',
        strategy: 'roundRobin',
        minSize: 10,
        maxSize: 1000,
        maxLeasesPerConnection: 1,
        unhealthyAfter: 1,
        maxWaiting: 10_000,
        seed: 1,
      },
    });
  });

  it('keeps what is given', () => {
    const timing = {
      checkoutTimeoutMs: 1,
      connectTimeoutMs: 2,
      healthCheckIntervalMs: 3,
      healthCheckTimeoutMs: 4,
      closeTimeoutMs: 5,
      metricsWindowMs: 6,
      idleTimeoutMs: 10,
      leakAfterMs: 11,
    };
    const counts = { minSize: 2, maxSize: 3, maxLeasesPerConnection: 4, unhealthyAfter: 5, maxWaiting: 0 };
    const connectBackoff = { minMs: 7, maxMs: 8 };
    const given = { ...timing, ...counts, name: 'tools', maxConnecting: 6, maxUses: 9, connectBackoff };
    expect(resolved(given)).toMatchObject({
      ...timing,
      maxConnecting: 6,
      maxUses: 9,
      connectBackoff,
      opened: { name: 'tools', ...counts },
    });
  });

  it('lets the size that is left out follow the other', () => {
    const sizes = (options: Partial<PoolOptions<string>>) => {
      const { minSize, maxSize } = resolved(options).opened;
      return [minSize, maxSize];
    };
    expect(sizes({ minSize: 5000 })).toEqual([5000, 5000]);
    expect(sizes({ minSize: 0 })).toEqual([0, 1000]);
    expect(sizes({ maxSize: 3 })).toEqual([3, 3]);
    expect(sizes({ maxSize: 50 })).toEqual([10, 50]);
  });

  it.each<[PoolOptions<string>['maxLifetimeMs'], number, number]>([
    [[5, 9], 5, 9],
    [[7, 7], 7, 7],
    [100, 90, 100],
    [0, 0, 0],
    [Infinity, 0, 0],
  ])('takes %j for a lifetime', (maxLifetimeMs, minMs, maxMs) => {
    expect(resolved({ maxLifetimeMs: maxLifetimeMs ?? 0 }).maxLifetimeMs).toEqual({ minMs, maxMs });
  });

  it('lets a back-off double for ever', () => {
    expect(resolved({ connectBackoff: { maxMs: 0 } }).connectBackoff).toEqual({ minMs: 100, maxMs: 0 });
  });

  it('takes Infinity for off', () => {
    expect(resolved({ checkoutTimeoutMs: Infinity, healthCheckIntervalMs: 0 })).toMatchObject({
      checkoutTimeoutMs: 0,
      healthCheckIntervalMs: 0,
    });
  });

  it('knows the strategy by its name, and one of your own as custom', () => {
    const own = map(() => undefined);
    const names = [leastLoaded(), random(), own].map((strategy) => resolved({ strategy }).opened.strategy);
    expect(names).toEqual(['leastLoaded', 'random', 'custom']);
  });

  it('draws a seed of 32 bits, and cuts a given one to as many', () => {
    const seeds = Array.from({ length: 20 }, () => resolved().opened.seed);
    expect(new Set(seeds).size).toBeGreaterThan(15);
    expect(seeds.every((seed) => seed === (seed | 0))).toBe(true);
    expect(resolved({ seed: 2 ** 32 + 5 }).opened.seed).toBe(5);
    expect(resolved({ seed: -1 }).opened.seed).toBe(-1);
  });
});

describe('a bad option', () => {
  it.each(['connect', 'warm', 'close', 'down', 'check', 'notices', 'isPermanent', 'isTimeout', 'strategy', 'queue'])(
    'is %s when it is not a function',
    (name) => {
      expect(() => resolved({ [name]: 7 })).toThrow(new TypeError(`${name} must be a function`));
    },
  );

  it('is a missing connect', () => {
    expect(() => resolveOptions({} as PoolOptions<string>)).toThrow(new TypeError('connect must be a function'));
  });

  it.each([
    ['minSize', 0],
    ['maxSize', 1],
    ['maxLeasesPerConnection', 1],
    ['unhealthyAfter', 1],
    ['maxWaiting', 0],
    ['maxConnecting', 1],
    ['maxUses', 1],
  ])('is a count that makes no sense: %s', (name, least) => {
    for (const value of [least - 1, 2.5, NaN, Infinity]) {
      const message = `${name} must be a whole number of at least ${least}, not ${value}`;
      expect(() => resolved({ maxSize: 9, [name]: value })).toThrow(new RangeError(message));
    }
    const message = `${name} must be a number, not string`;
    expect(() => resolved({ maxSize: 9, [name]: '3' })).toThrow(new TypeError(message));
  });

  it.each([
    'checkoutTimeoutMs',
    'connectTimeoutMs',
    'healthCheckIntervalMs',
    'healthCheckTimeoutMs',
    'closeTimeoutMs',
    'idleTimeoutMs',
    'leakAfterMs',
    'maxLifetimeMs',
    'metricsWindowMs',
  ])('is a duration that makes no sense: %s', (name) => {
    for (const value of [-1, NaN, 2 ** 31]) {
      const message = `${name} must be between 0 and 2147483647 ms or Infinity, not ${value}`;
      expect(() => resolved({ [name]: value })).toThrow(new RangeError(message));
    }
    expect(() => resolved({ [name]: '3' })).toThrow(new RegExp(`^${name} must be a number of milliseconds`));
  });

  it.each([
    [{ minSize: 5, maxSize: 4 }, new RangeError('minSize (5) must not be above maxSize (4)')],
    [{ name: 7 }, new TypeError('name must be a string')],
    [{ maxLifetimeMs: [9, 8] }, new RangeError('maxLifetimeMs must be a range from less to more, not [9, 8]')],
    [
      { maxLifetimeMs: [9] },
      new TypeError('maxLifetimeMs must be a number of milliseconds or a range of two, not an array of 1'),
    ],
    [{ seed: 1.5 }, new RangeError('seed must be a whole number, not 1.5')],
    [{ seed: NaN }, new RangeError('seed must be a whole number, not NaN')],
    [
      { connectBackoff: { minMs: 9, maxMs: 8 } },
      new RangeError('connectBackoff.minMs (9) must not be above maxMs (8)'),
    ],
    [
      { connectBackoff: { minMs: -1 } },
      new RangeError('connectBackoff.minMs must be between 0 and 2147483647 ms or Infinity, not -1'),
    ],
    [
      { connectBackoff: { maxMs: '9' } },
      new TypeError('connectBackoff.maxMs must be a number of milliseconds, not string'),
    ],
  ])('is refused with a clear error: %o', (options, error) => {
    expect(() => resolved(options as Partial<PoolOptions<string>>)).toThrow(error);
  });
});
