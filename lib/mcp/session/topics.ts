import { ProtocolError, ProtocolErrorCode, type ServerCapabilities } from '@modelcontextprotocol/client';
import type { Observable, Subscription } from 'rxjs';
import type { McpPool } from '../mcp-pool.ts';
import type { Tell } from './questions.ts';

const lists = ['tools', 'prompts', 'resources'] as const;

/** Resources that one client may follow at each server: each of them is listened to on all connections. */
export const MOST_FOLLOWED = 1000;

/** The error for one resource too many. */
export function tooManyFollowed(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `no more than ${MOST_FOLLOWED} resources can be followed`);
}

/** Where changes are heard of. */
export type TopicSource = Pick<McpPool, 'listChanges' | 'resourceUpdates'>;

/** What the client of a session is told of the server without asking each time: changes of lists and of resources. */
export class Topics {
  readonly #source: TopicSource;
  readonly #tell: Tell;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(source: TopicSource, tell: Tell) {
    this.#source = source;
    this.#tell = tell;
  }

  /** Tells of changes of the lists of which the server says that it does. */
  followLists(capabilities: ServerCapabilities): void {
    for (const list of lists) {
      if (capabilities[list]?.listChanged !== true) continue;
      const method = `notifications/${list}/list_changed`;
      this.#follow(list, this.#source.listChanges(list), { jsonrpc: '2.0', method });
    }
  }

  /** Tells of changes of a resource. Throws a `ProtocolError` for one too many. */
  follow(uri: string): void {
    const isNew = !this.#subscriptions.has(topicOf(uri));
    if (isNew && this.#subscriptions.size >= MOST_FOLLOWED + lists.length) throw tooManyFollowed();
    const method = 'notifications/resources/updated';
    this.#follow(topicOf(uri), this.#source.resourceUpdates(uri), { jsonrpc: '2.0', method, params: { uri } });
  }

  leave(uri: string): void {
    this.#subscriptions.get(topicOf(uri))?.unsubscribe();
    this.#subscriptions.delete(topicOf(uri));
  }

  end(): void {
    for (const subscription of this.#subscriptions.values()) subscription.unsubscribe();
    this.#subscriptions.clear();
  }

  #follow(topic: string, changes$: Observable<unknown>, message: Parameters<Tell>[0]): void {
    if (this.#subscriptions.has(topic)) return;
    // It fails where no server tells of it, which the client has learnt from the answer to its request.
    const subscription = changes$.subscribe({
      next: this.#tell.bind(this, message, undefined),
      error: () => undefined,
    });
    this.#subscriptions.set(topic, subscription);
  }
}

/** No list is called so. */
function topicOf(uri: string): string {
  return `resource ${uri}`;
}
