/** Whose a round is: a connection's, which has given it this state, or a call's that waits for its answers. */
export type RoundState = { readonly connection: number; readonly state: string } | { readonly parked: string };

/** The state of a round as the client gets it: with the connection that has given it. */
export function wrapState(connection: number, state: string): string {
  return `c${connection}.${state}`;
}

/** The state of a round of a call that waits for its answers. */
export function parkedState(token: string): string {
  return `p.${token}`;
}

/** What a client has sent back; `undefined` where it is nothing that it was given. */
export function readState(text: unknown): RoundState | undefined {
  if (typeof text !== 'string') return undefined;
  const [, connection, state] = /^c(\d+)\.([\s\S]*)$/.exec(text) ?? [];
  if (connection !== undefined && state !== undefined) return { connection: Number(connection), state };
  return text.startsWith('p.') ? { parked: text.slice(2) } : undefined;
}
