import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What one node says to another. `request`: what a client has sent, which is answered as if it had been sent there. `tell`:
 * what all nodes are told of a session, where it is known there. `kept`: what has this session asked for that still holds?
 * `node`: who are you?
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
      /** How often the one who passes it on wants to hear that it is not forgotten, in milliseconds; 0: never. */
      readonly aliveMs: number;
    }
  | {
      readonly kind: 'tell';
      readonly session: string;
      /** `take`: as if the client had sent it there, without an answer. `show`: for the stream of the client. `end`: it is over. */
      readonly act: 'take' | 'show' | 'end';
      readonly message?: unknown;
    }
  | { readonly kind: 'kept'; readonly session: string }
  | { readonly kind: 'node' };

/** The header with the seal of a hop, and the one with the instant at which it was sealed. */
export const SEAL = 'x-hop-seal';
export const AT = 'x-hop-at';
/** The header of a refusal that says why: a `HopFault`. Beside it stands the instant, by the clock of the node that refuses. */
export const FAULT = 'x-hop-fault';

/** Why a hop is refused. `keys`: it was sealed with none of the keys. `clock`: it was sealed too long ago, or later than now. */
export type HopFault = 'keys' | 'clock';

/** How far the clocks of two nodes may differ, with the time on the way; older ones are refused. In milliseconds. */
const FRESH_MS = 30_000;

/** Shows that whoever has sent a hop knows the key; over the whole of it, and when it was. */
export function sealHop(key: string, at: string, body: string): string {
  return createHmac('sha256', key).update(`${at}\n${body}`).digest('base64url');
}

/** Why a hop is to be refused; `undefined` where one of the keys has sealed it, not long ago. */
export function hopFault(keys: readonly string[], at: unknown, seal: unknown, body: string): HopFault | undefined {
  if (typeof at !== 'string' || typeof seal !== 'string') return 'keys';
  const given = Buffer.from(seal);
  const isSealed = keys.some((key) => {
    const expected = Buffer.from(sealHop(key, at, body));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  if (!isSealed) return 'keys';
  return Math.abs(Date.now() - Number(at)) <= FRESH_MS ? undefined : 'clock';
}
