import type { ResourceListeners } from '../connection/resource-listeners.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** The resources of which the server tells because one holder has asked it to: the next holder is not to hear of them. */
export class LentResources {
  readonly #listeners: ResourceListeners;
  readonly #uris = new Set<string>();

  constructor(listeners: ResourceListeners) {
    this.#listeners = listeners;
  }

  /** Whether it has to be told of a request. */
  static areMeantBy({ method }: McpRequest): boolean {
    return method === 'resources/subscribe' || method === 'resources/unsubscribe';
  }

  /** The holder sends this request. */
  sent({ method, params }: Partial<McpRequest>): void {
    const uri = params?.['uri'];
    if (typeof uri !== 'string') return;
    if (method === 'resources/subscribe' && !this.#uris.has(uri)) {
      this.#uris.add(uri);
      this.#listeners.add(uri);
    } else if (method === 'resources/unsubscribe' && this.#uris.delete(uri)) this.#listeners.delete(uri);
  }

  /** The holder is gone. */
  end(): void {
    for (const uri of this.#uris) this.#listeners.leave(uri);
  }
}
