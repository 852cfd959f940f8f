import { expect, it } from 'vitest';
import { checkoutKey } from '../../../lib/gateway/policy/checkout-key.ts';
import { keyOf } from '../../../lib/mcp/wanted-connection.ts';

it("is the principal's own, and never that of a connection", () => {
  expect(checkoutKey({}, 'ann')).not.toEqual(checkoutKey({}, 'bob'));
  expect(checkoutKey({}, keyOf(1))?.key).not.toBe(keyOf(1));
});

it('is none where nobody is known, or connections are pinned', () => {
  expect(checkoutKey({}, 'anonymous')).toBeUndefined();
  expect(checkoutKey({ checkoutOf: () => ({}) }, 'ann')).toBeUndefined();
});
