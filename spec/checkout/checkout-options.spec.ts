import { describe, expect, it } from 'vitest';
import { type CheckoutOptions, checkCheckoutOptions, requestOf } from '../../lib/checkout/checkout-options.ts';

describe('checkCheckoutOptions', () => {
  it.each<CheckoutOptions>([
    {},
    { timeoutMs: 0 },
    { timeoutMs: Infinity },
    { timeoutMs: 2 ** 31 - 1 },
    { priority: -1.5 },
    { key: '' },
    { signal: AbortSignal.abort() },
  ])('takes %o', (options) => {
    expect(() => {
      checkCheckoutOptions(options);
    }).not.toThrow();
  });

  it.each([
    [null, new TypeError('options must be an object, not null')],
    [5000, new TypeError('options must be an object, not number')],
    [{ timeoutMs: -1 }, new RangeError('timeoutMs must be between 0 and 2147483647 ms or Infinity, not -1')],
    [{ timeoutMs: NaN }, new RangeError('timeoutMs must be between 0 and 2147483647 ms or Infinity, not NaN')],
    [
      { timeoutMs: 2 ** 31 },
      new RangeError('timeoutMs must be between 0 and 2147483647 ms or Infinity, not 2147483648'),
    ],
    [{ timeoutMs: '5' }, new TypeError('timeoutMs must be a number of milliseconds, not string')],
    [{ priority: NaN }, new RangeError('priority must be a finite number, not NaN')],
    [{ priority: Infinity }, new RangeError('priority must be a finite number, not Infinity')],
    [{ priority: '1' }, new RangeError('priority must be a finite number, not 1')],
    [{ key: 7 }, new TypeError('key must be a string')],
    [{ signal: new AbortController() }, new TypeError('signal must be an AbortSignal')],
  ])('refuses %o', (options, error) => {
    expect(() => {
      checkCheckoutOptions(options as unknown as CheckoutOptions);
    }).toThrow(error);
  });
});

describe('requestOf', () => {
  it('has priority 0 and no key unless they are given', () => {
    expect(requestOf(undefined, 5)).toStrictEqual({ priority: 0, since: 5 });
    expect(requestOf({ priority: 2 }, 5)).toStrictEqual({ priority: 2, since: 5 });
  });

  it('keeps a key, the empty one too', () => {
    expect(requestOf({ key: '' }, 5)).toStrictEqual({ key: '', priority: 0, since: 5 });
  });
});
