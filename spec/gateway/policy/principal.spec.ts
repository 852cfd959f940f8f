import { expect, it } from 'vitest';
import { type PrincipalOf, type Stranger, challengeOf, identify } from '../../../lib/gateway/policy/principal.ts';

function told(principalOf: PrincipalOf, authorization?: string): Promise<string | Stranger> {
  return new Promise((resolve) => {
    const request = { headers: { authorization }, url: '/mcp', method: 'POST' };
    identify(principalOf, request, { known: resolve, stranger: resolve });
  });
}

it('is known at once where nothing has to be waited for', () => {
  let principal = '';
  const stranger = (): void => undefined;
  identify(() => 'ann', { headers: {}, url: '', method: '' }, { known: (name) => (principal = name), stranger });
  expect(principal).toBe('ann');
});

it.each<[string, PrincipalOf, string | undefined, unknown]>([
  ['a promise of a name', () => Promise.resolve('ann'), undefined, 'ann'],
  ['no name, and nothing was sent', () => undefined, undefined, { reason: 'missing' }],
  ['no name for what was sent', () => Promise.resolve(undefined), 'Bearer x', { reason: 'unknown' }],
  ['an empty name', () => '', 'Bearer x', { reason: 'unknown' }],
  ['what is no name', () => true as unknown as string, 'Bearer x', { reason: 'unknown' }],
  ['null', () => null as unknown as undefined, 'Bearer x', { reason: 'unknown' }],
  ['a rejection', () => Promise.reject(new RangeError('x')), 'Bearer x', { reason: 'failed', error: 'RangeError' }],
])('is what the function says: %s', async (_, principalOf, authorization, expected) => {
  expect(await told(principalOf, authorization)).toEqual(expected);
});

it('is nobody when the function throws, and the text of the error is kept to ourselves', async () => {
  const thrown: [unknown, string][] = [
    [Object.assign(new Error('secret'), { code: 'ERR_JWT_EXPIRED' }), 'ERR_JWT_EXPIRED'],
    ['secret', 'string'],
    [undefined, 'undefined'],
  ];
  for (const [error, name] of thrown) {
    const throwing = (): string => {
      throw error;
    };
    expect(await told(throwing, 'Bearer secret')).toEqual({ reason: 'failed', error: name });
  }
});

it('is asked for with a challenge, which says whether a token was no good', () => {
  expect(challengeOf({ reason: 'missing' })).toBe('Bearer');
  expect(challengeOf({ reason: 'unknown' })).toBe('Bearer error="invalid_token"');
});
