import type { ResourceListeners } from '../connection/resource-listeners.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/**
 * The resources that one holder has subscribed to, so that they can be unsubscribed from when the lease ends: the next
 * holder must not hear of them.
 */
export class LentResources {
  readonly #listeners: ResourceListeners;
  readonly #uris = new Set<string>();

  constructor(listeners: ResourceListeners) {
    this.#listeners = listeners;
  }

  /** Whether a request subscribes to a resource, or unsubscribes from one. */
  static areMeantBy({ method }: McpRequest): boolean {
    return method === 'resources/subscribe' || method === 'resources/unsubscribe';
  }

  /** To be called when the holder sends this request. */
  sent({ method, params }: Partial<McpRequest>): void {
    const uri = params?.['uri'];
    if (typeof uri !== 'string') return;
    if (method === 'resources/subscribe' && !this.#uris.has(uri)) {
      this.#uris.add(uri);
      this.#listeners.add(uri);
    } else if (method === 'resources/unsubscribe' && this.#uris.delete(uri)) this.#listeners.delete(uri);
  }

  /** To be called when the lease has ended. */
  end(): void {
    for (const uri of this.#uris) this.#listeners.leave(uri);
  }
}
