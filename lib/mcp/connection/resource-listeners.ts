import type { Client } from '@modelcontextprotocol/client';

/** How long a server may take to answer that it tells no more, in milliseconds. */
const LEAVE_MS = 5000;

/** How many listen to each resource on one connection: the server knows of one subscription for all of them. */
export class ResourceListeners {
  readonly #client: Client;
  readonly #counts = new Map<string, number>();
  #left: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Resolves when the server has answered whatever it was told by `leave`. Over HTTP requests may overtake each other: what
   * ends one subscription must not end the next one to the same resource.
   */
  get left(): Promise<unknown> {
    return this.#left;
  }

  /** Somebody listens, and asks the server to tell. */
  add(uri: string): void {
    this.#counts.set(uri, (this.#counts.get(uri) ?? 0) + 1);
  }

  /** Somebody listens no more, and the server knows. */
  delete(uri: string): void {
    const left = (this.#counts.get(uri) ?? 1) - 1;
    if (left > 0) this.#counts.set(uri, left);
    else this.#counts.delete(uri);
  }

  /** Somebody listens no more: tells the server, unless others do. */
  leave(uri: string): void {
    this.delete(uri);
    if (this.#counts.has(uri)) return;
    const told = this.#client.unsubscribeResource({ uri }, { timeout: LEAVE_MS }).catch(() => undefined);
    // Without the values, each of which would hold the one before.
    this.#left = Promise.all([this.#left, told]).then(() => undefined);
  }
}
