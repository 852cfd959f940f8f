import { describe, expect, it } from 'vitest';
import { bearerTokens } from '../../../lib/gateway/policy/bearer.ts';
import { auth, bearer, tokens } from '../../support/principals.ts';

function known(authorization: string | undefined, url = '/mcp'): unknown {
  return bearerTokens(auth.bearer)({ headers: { authorization }, url, method: 'POST' });
}

describe('a token', () => {
  it.each([
    ['ann', `Bearer ${tokens.ann}`],
    ['bob', `bearer  ${tokens.bob} `],
    [undefined, undefined],
    [undefined, ''],
    [undefined, 'Bearer'],
    [undefined, `Bearer${tokens.ann}`],
    [undefined, `Basic ${tokens.ann}`],
    [undefined, `Bearer ${tokens.ann.slice(0, -1)}`],
    [undefined, `Bearer ${tokens.ann}x`],
    [undefined, `Bearer ${tokens.ann} ${tokens.bob}`],
    [undefined, `Bearer ${tokens.ann}, Bearer ${tokens.bob}`],
    // The hash is no secret that opens anything.
    [undefined, `Bearer ${auth.bearer[0].sha256}`],
  ])('makes a request that of %s: %j', (name, authorization) => {
    expect(known(authorization)).toBe(name);
  });

  it('counts in no other place than its header', () => {
    expect(known(undefined, `/mcp?access_token=${tokens.ann}`)).toBeUndefined();
  });

  it('is known again each time, and makes no other one known', () => {
    const principalOf = bearerTokens(auth.bearer);
    const of = (token: string): unknown =>
      principalOf({ headers: { authorization: `Bearer ${token}` }, url: '', method: '' });
    const sent = [tokens.ann, tokens.bob, tokens.ann, `${tokens.ann}x`, tokens.bob, `${tokens.ann}x`];
    expect(sent.map(of)).toEqual(['ann', 'bob', 'ann', undefined, 'bob', undefined]);
  });

  it('may be one of several of a principal, and one of thousands', () => {
    const many = Array.from({ length: 3000 }, (_, i) => bearer(`p${i % 1000}`, `t${i}`));
    const principalOf = bearerTokens(many);
    const of = (token: string): unknown =>
      principalOf({ headers: { authorization: `Bearer ${token}` }, url: '', method: '' });
    expect([of('t7'), of('t2007'), of('t3000')]).toEqual(['p7', 'p7', undefined]);
  });
});

it.each([
  ['none', []],
  ['one without a name', [bearer('', 'x')]],
  ['a token in place of its hash', [{ name: 'ann', sha256: 'token-of-ann' }]],
  ['one of two principals', [bearer('ann', 'x'), bearer('bob', 'x')]],
])('is refused as an option: %s', (_, list) => {
  expect(() => bearerTokens(list)).toThrow(TypeError);
});
