import { createHash } from 'node:crypto';
import type { BearerToken } from '../../lib/gateway/index.ts';

/** The tokens of Ann and Bob, each of whom is known by a token. */
export const tokens: { readonly ann: string; readonly bob: string } = { ann: 'token-of-ann', bob: 'token-of-bob' };

/** How a configuration knows the owner of a token. */
export function bearer(name: string, token: string): BearerToken {
  return { name, sha256: createHash('sha256').update(token).digest('hex') };
}

/** Options of a gateway that knows both. */
export const auth: { readonly bearer: readonly [BearerToken, BearerToken] } = {
  bearer: [bearer('ann', tokens.ann), bearer('bob', tokens.bob)],
};
