import { describe, expect, it } from 'vitest';
import { createPool } from '../lib/index.ts';
import { checkKnown } from '../lib/known-options.ts';

const known = { minSize: true, maxSize: true, checkoutTimeoutMs: true } as const;
const connect = () => Promise.resolve(1);

describe('checkKnown', () => {
  it.each([
    ['maxsize', 'unknown option maxsize of it (did you mean maxSize?)'],
    ['max_size', 'unknown option max_size of it (did you mean maxSize?)'],
    ['maxSise', 'unknown option maxSise of it (did you mean maxSize?)'],
    ['checkoutTimeout', 'unknown option checkoutTimeout of it (did you mean checkoutTimeoutMs?)'],
    ['max', 'unknown option max of it (did you mean maxSize?)'],
    ['colour', 'unknown option colour of it'],
    ['toString', 'unknown option toString of it'],
  ])('refuses %s', (name, message) => {
    const check = () => {
      checkKnown('it', { [name]: 1 } as never, known as never, { max: 'maxSize' });
    };
    expect(check).toThrow(TypeError);
    expect(check).toThrow(message);
  });

  it('takes what is known, and what is undefined', () => {
    expect(() => {
      checkKnown<object>('it', { minSize: 1, what: undefined }, known as never);
    }).not.toThrow();
  });
});

it.each([
  { max: 5 },
  { maxsize: 5 },
  { min: 1 },
  { idleTimeoutMillis: 1 },
  { pool_max_size: 5 },
  { acquireTimeout: 1 },
])('createPool refuses %o', (options) => {
  expect(() => createPool({ connect, ...options })).toThrow(/^unknown option .* \(did you mean \w+\?\)$/);
});
