import { expect, it } from 'vitest';
import { checkoutKey } from '../../../lib/gateway/policy/checkout-key.ts';
import { keyOf } from '../../../lib/mcp/wanted-connection.ts';

it("is the principal's own, and never that of a connection", () => {
  expect(checkoutKey('ann')).not.toBe(checkoutKey('bob'));
  expect(checkoutKey(keyOf(1))).not.toBe(keyOf(1));
});

it('is none where nobody is known', () => {
  expect(checkoutKey('anonymous')).toBeUndefined();
});
