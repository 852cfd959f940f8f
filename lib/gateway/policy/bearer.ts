import { hash, randomBytes } from 'node:crypto';
import type { PrincipalOf } from './principal.ts';

/** A token by which a principal is known, as the hash of it: whoever reads the configuration cannot use it. */
export interface BearerToken {
  /** The principal. Several tokens may be of the same one. */
  readonly name: string;
  /** The SHA-256 of the token, in hexadecimal: `printf %s "$TOKEN" | sha256sum`. */
  readonly sha256: string;
}

const SHA256 = /^[0-9a-f]{64}$/i;
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Knows principals by the tokens that they send (RFC 6750), in the `Authorization` header only. Throws a `TypeError` for
 * what is no token of a principal.
 *
 * A token is looked up by a hash that nobody outside can compute, since random bytes of this process go into it. So however
 * many tokens there are, the time that it takes tells nothing about any of them. Those that were sent before are found
 * without that hash: a map finds a text by a hash that is blind in the same way.
 */
export function bearerTokens(tokens: readonly BearerToken[]): PrincipalOf {
  const salt = randomBytes(32).toString('hex');
  const blind = (sha256: string): string => hash('sha256', salt + sha256);
  const principals = new Map<string, string>();
  for (const { name, sha256 } of tokens) {
    if (typeof name !== 'string' || name === '') throw new TypeError('a token must have the name of its principal');
    if (!SHA256.test(sha256)) throw new TypeError(`sha256 of ${name} must be 64 hexadecimal digits`);
    const key = blind(sha256.toLowerCase());
    if (principals.has(key)) throw new TypeError(`the token of ${name} is that of ${principals.get(key) ?? ''}, too`);
    principals.set(key, name);
  }
  if (principals.size === 0) throw new TypeError('auth.bearer must have a token, or nobody could ask for anything');
  // Never more than there are tokens.
  const sentBefore = new Map<string, string>();
  return ({ headers: { authorization } }) => {
    const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const known = sentBefore.get(token);
    if (known !== undefined) return known;
    const principal = principals.get(blind(hash('sha256', token)));
    if (principal !== undefined) sentBefore.set(token, principal);
    return principal;
  };
}
