import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What one node says to another. `request`: what a client has sent, which is answered as if it had been sent there. `tell`:
 * what all nodes are told of a session, where it is known there. `node`: who are you?
 */
export type Hop =
  | {
      readonly kind: 'request';
      /** The node that it is for; another one has come to its place where that is not the name of who gets it. */
      readonly to: string;
      readonly principal: string;
      readonly method: string;
      /** Those that matter of the client's. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | {
      readonly kind: 'tell';
      readonly session: string;
      /** `take`: as if the client had sent it there, without an answer. `show`: for the stream of the client. `end`: it is over. */
      readonly act: 'take' | 'show' | 'end';
      readonly message?: unknown;
    }
  | { readonly kind: 'node' };

/** The header with the seal of a hop, and the one with the instant at which it was sealed. */
export const SEAL = 'x-hop-seal';
export const AT = 'x-hop-at';

/** How far the clocks of two nodes may differ, with the time on the way; older ones are refused. In milliseconds. */
const FRESH_MS = 30_000;

/** Shows that whoever has sent a hop knows the key; over the whole of it, and when it was. */
export function sealHop(key: string, at: string, body: string): string {
  return createHmac('sha256', key).update(`${at}\n${body}`).digest('base64url');
}

/** Whether one of the keys has sealed it, not long ago. */
export function isSealed(keys: readonly string[], at: unknown, seal: unknown, body: string): boolean {
  if (typeof at !== 'string' || typeof seal !== 'string') return false;
  if (!(Math.abs(Date.now() - Number(at)) <= FRESH_MS)) return false;
  const given = Buffer.from(seal);
  return keys.some((key) => {
    const expected = Buffer.from(sealHop(key, at, body));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}
