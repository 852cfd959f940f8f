import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whose a round is: a connection's, which has given it this state, or a call's that waits for its answers. */
export type RoundState = { readonly connection: number; readonly state: string } | { readonly parked: string };

/** What nobody outside of this process knows. Connections end with the process, so their states need not outlive it. */
const SECRET = randomBytes(32);

/** The state of a round as the client gets it: with the connection that has given it, and sealed for its principal. */
export function wrapState(connection: number, state: string, principal: string): string {
  return `c${connection}.${sealOf(connection, state, principal)}.${state}`;
}

/** The state of a round of a call that waits for its answers. */
export function parkedState(token: string): string {
  return `p.${token}`;
}

/** What a client has sent back; `undefined` where it is nothing that this principal was given. */
export function readState(text: unknown, principal: string): RoundState | undefined {
  if (typeof text !== 'string') return undefined;
  if (text.startsWith('p.')) return { parked: text.slice(2) };
  const [, number, seal, state] = /^c(\d+)\.([\w-]{43})\.([\s\S]*)$/.exec(text) ?? [];
  if (number === undefined || seal === undefined || state === undefined) return undefined;
  const connection = Number(number);
  const expected = Buffer.from(sealOf(connection, state, principal));
  return timingSafeEqual(expected, Buffer.from(seal)) ? { connection, state } : undefined;
}

function sealOf(connection: number, state: string, principal: string): string {
  // As JSON, so that no part of it can be taken for a part of its neighbour.
  return createHmac('sha256', SECRET)
    .update(JSON.stringify([connection, principal, state]))
    .digest('base64url');
}
