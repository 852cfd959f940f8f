import { createHash } from 'node:crypto';
import type { BearerToken } from '../../lib/gateway/index.ts';

/** The tokens of Ann and Bob, each of whom is known by a token. */
export const tokens = { ann: 'token-of-ann', bob: 'token-of-bob' } as const;

/** How a configuration knows the owner of a token. */
export function bearer(name: string, token: string): BearerToken {
  return { name, sha256: createHash('sha256').update(token).digest('hex') };
}

/** Options of a gateway that knows both. */
export const auth = { bearer: [bearer('ann', tokens.ann), bearer('bob', tokens.bob)] } as const;
