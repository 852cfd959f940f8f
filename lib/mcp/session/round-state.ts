import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whose a round is: a connection's, which has given it this state, or a call's that waits for its answers. */
export type RoundState = { readonly connection: number; readonly state: string } | { readonly parked: string };

/** What nobody outside of this process knows. Connections end with the process, so their states need not outlive it. */
const SECRET = randomBytes(32);

/**
 * The state of a round as the client gets it: with the host and the connection that have given it, and sealed for its
 * principal.
 */
export function wrapState(host: number, connection: number, state: string, principal: string): string {
  return `c${host}.${connection}.${sealOf(host, connection, state, principal)}.${state}`;
}

/** The state of a round of a call of this host that waits for its answers. */
export function parkedState(host: number, token: string): string {
  return `p${host}.${token}`;
}

/** The host that has given a state, as far as it says so itself; `undefined` for what is no state. */
export function hostIn(text: unknown): number | undefined {
  const [, host] = typeof text === 'string' ? (/^[cp](\d+)\./.exec(text) ?? []) : [];
  return host === undefined ? undefined : Number(host);
}

/** What a client has sent back; `undefined` where it is nothing that this principal was given by this host. */
export function readState(text: unknown, host: number, principal: string): RoundState | undefined {
  if (typeof text !== 'string' || hostIn(text) !== host) return undefined;
  const rest = text.slice(text.indexOf('.') + 1);
  if (text.startsWith('p')) return { parked: rest };
  const [, number, seal, state] = /^(\d+)\.([\w-]{43})\.([\s\S]*)$/.exec(rest) ?? [];
  if (number === undefined || seal === undefined || state === undefined) return undefined;
  const connection = Number(number);
  const expected = Buffer.from(sealOf(host, connection, state, principal));
  return timingSafeEqual(expected, Buffer.from(seal)) ? { connection, state } : undefined;
}

function sealOf(host: number, connection: number, state: string, principal: string): string {
  // As JSON, so that no part of it can be taken for a part of its neighbour.
  return createHmac('sha256', SECRET)
    .update(JSON.stringify([host, connection, principal, state]))
    .digest('base64url');
}
