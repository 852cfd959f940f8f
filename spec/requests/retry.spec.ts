import { describe, expect, it } from 'vitest';
import { policyOf } from '../../lib/requests/retry.ts';

const failed = { request: 'r', attempt: 1, begun: true, emitted: 0 };

describe('policyOf', () => {
  it.each([undefined, false] as const)('makes no policy of %s', (retry) => {
    expect(policyOf(retry)).toBeUndefined();
  });

  it('lets a function decide by the error and what is known of the attempt', () => {
    const asked: unknown[] = [];
    const policy = policyOf<string>((...told) => asked.push(told));
    const error = new Error('no');
    expect(policy?.follow('r').failed(error, failed)).toBe(1);
    expect(asked).toEqual([[error, failed]]);
  });

  it('does not ask a function once a value was emitted', () => {
    const policy = policyOf<string>(() => true);
    expect(policy?.follow('r').failed(new Error('no'), { ...failed, emitted: 1 })).toBe(false);
  });

  it('takes a policy as it is', () => {
    const policy = { follow: () => ({ failed: () => true }) };
    expect(policyOf(policy)).toBe(policy);
  });

  it.each([null, 3, true, {}, { follow: true }])('refuses %s', (retry) => {
    expect(() => policyOf(retry as never)).toThrow(
      new TypeError('retry must be a function, or an object with a follow()'),
    );
  });
});
