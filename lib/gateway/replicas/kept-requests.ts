import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/client';

/** Requests that change a session, which holds on all nodes. */
export const KEPT: ReadonlySet<string> = new Set(['logging/setLevel', 'resources/subscribe', 'resources/unsubscribe']);

/** A session may follow more at its servers; of so many another node that begins it anew hears. */
const MOST_FOLLOWED = 1000;

/** What a session has asked for that still holds: its level, and the resources that it follows. */
export class KeptRequests {
  #level: JSONRPCRequest | undefined;
  readonly #followed = new Map<string, JSONRPCRequest>();

  /** It has sent this. */
  note(message: JSONRPCMessage): void {
    if (!('method' in message && 'id' in message && KEPT.has(message.method))) return;
    const { method, params } = message;
    const uri = String(params?.['uri']);
    if (method === 'logging/setLevel') this.#level = message;
    else if (method === 'resources/unsubscribe') this.#followed.delete(uri);
    else if (this.#followed.size < MOST_FOLLOWED) this.#followed.set(uri, message);
  }

  /** The requests that make another session the same. */
  get all(): readonly JSONRPCRequest[] {
    return [...(this.#level === undefined ? [] : [this.#level]), ...this.#followed.values()];
  }
}
