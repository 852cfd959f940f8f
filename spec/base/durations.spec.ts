import { describe, expect, it } from 'vitest';
import { checkObject, count, duration, finite, kindOf } from '../../lib/base/durations.ts';

describe('duration', () => {
  it.each([0, 0.5, 1, 5000, 2 ** 31 - 1])('takes %d ms', (ms) => {
    expect(duration('timeoutMs', ms)).toBe(ms);
  });

  it('takes Infinity for off', () => {
    expect(duration('timeoutMs', Infinity)).toBe(0);
  });

  it.each([-1, -Infinity, NaN, 2 ** 31, 1e300])('throws a RangeError for %d ms', (ms) => {
    const message = `timeoutMs must be between 0 and 2147483647 ms or Infinity, not ${ms}`;
    expect(() => duration('timeoutMs', ms)).toThrow(new RangeError(message));
  });

  it.each(['5', 5n, null, {}])('throws a TypeError for %o', (ms) => {
    const message = `timeoutMs must be a number of milliseconds, not ${kindOf(ms)}`;
    expect(() => duration('timeoutMs', ms as number)).toThrow(new TypeError(message));
  });
});

describe('finite', () => {
  it.each([0, -1.5, 1e300])('takes %d', (value) => {
    expect(finite('priority', value)).toBe(value);
  });

  it.each([NaN, Infinity, -Infinity, '1', 1n])('throws for %s', (value) => {
    const message = `priority must be a finite number, not ${value}`;
    expect(() => finite('priority', value as number)).toThrow(new RangeError(message));
  });
});

describe('count', () => {
  it.each([
    [0, 0],
    [1, 1],
    [1000, 1],
  ])('takes %d where %d is the least', (value, least) => {
    expect(count('maxSize', value, least)).toBe(value);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('throws a RangeError for %d', (value) => {
    const message = `maxSize must be a whole number of at least 1, not ${value}`;
    expect(() => count('maxSize', value, 1)).toThrow(new RangeError(message));
  });

  it.each(['1', null, {}])('throws a TypeError for %o', (value) => {
    const message = `maxSize must be a number, not ${kindOf(value)}`;
    expect(() => count('maxSize', value as number, 1)).toThrow(new TypeError(message));
  });
});

describe('checkObject', () => {
  it('takes an object', () => {
    expect(() => {
      checkObject('options', {});
    }).not.toThrow();
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5, 'number'],
    ['', 'string'],
  ])('throws a TypeError that names %j', (value, kind) => {
    expect(() => {
      checkObject('options', value);
    }).toThrow(new TypeError(`options must be an object, not ${kind}`));
  });
});
