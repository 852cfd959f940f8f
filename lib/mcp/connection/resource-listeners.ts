import type { Client } from '@modelcontextprotocol/client';

/** How many listen to each resource on the connection of each client: the server knows of one subscription for all. */
const listeners = new WeakMap<Client, Map<string, number>>();

/** How long a server may take to answer that it tells no more, in milliseconds. */
const LEAVE_MS = 5000;

/** Somebody listens, and asks the server to tell. */
export function listenTo(client: Client, uri: string): void {
  const counts = listeners.get(client) ?? new Map<string, number>();
  listeners.set(client, counts);
  counts.set(uri, (counts.get(uri) ?? 0) + 1);
}

/** Somebody listens no more, and has told the server so by itself. */
export function forget(client: Client, uri: string): void {
  const counts = listeners.get(client);
  const left = (counts?.get(uri) ?? 1) - 1;
  if (left > 0) counts?.set(uri, left);
  else counts?.delete(uri);
}

/** Somebody listens no more: tells the server, unless others do. Resolves when it has answered, or will not. */
export async function leave(client: Client, uri: string): Promise<void> {
  forget(client, uri);
  if (listeners.get(client)?.has(uri) === true) return;
  await client.unsubscribeResource({ uri }, { timeout: LEAVE_MS }).catch(() => undefined);
}
