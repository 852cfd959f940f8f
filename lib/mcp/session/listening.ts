import {
  type RequestId,
  SUBSCRIPTION_ID_META_KEY,
  type ServerCapabilities,
  type SubscriptionFilter,
} from '@modelcontextprotocol/client';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { ModernListener } from './modern-listener.ts';
import type { ModernServers } from './modern-servers.ts';
import type { Tell } from './questions.ts';
import { MOST_FOLLOWED, Topics, tooManyFollowed } from './topics.ts';
import { wireError } from './wire-error.ts';

const filterOf = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const;

/**
 * A client of the modern era that listens, by `subscriptions/listen`: what it asks for is told by whichever connection hears
 * of it, until it is ended. It is told first what it will be told, and there is no answer unless it fails.
 */
export class Listening {
  readonly #servers: Pick<ModernServers, 'topics' | 'capabilities'>;
  readonly #id: RequestId;
  readonly #request: McpRequest;
  readonly #listener: Pick<ModernListener, 'tell' | 'failed'>;
  readonly #topics: Topics;
  #isOver = false;

  constructor(
    servers: Pick<ModernServers, 'topics' | 'capabilities'>,
    { id, request }: { id: RequestId; request: McpRequest },
    listener: Pick<ModernListener, 'tell' | 'failed'>,
  ) {
    this.#servers = servers;
    this.#id = id;
    this.#request = request;
    this.#listener = listener;
    this.#topics = new Topics(servers.topics, this.#tell.bind(this));
  }

  /** Begins to listen. Once only. */
  begin(): void {
    if (this.#uris.length > MOST_FOLLOWED) {
      this.#listener.failed(wireError(tooManyFollowed()));
      return;
    }
    this.#servers.capabilities().then(
      (capabilities) => {
        if (!this.#isOver) this.#follow(capabilities);
      },
      (error: unknown) => {
        if (!this.#isOver) this.#listener.failed(wireError(error));
      },
    );
  }

  /** The resources that are to be followed. */
  get #uris(): readonly string[] {
    return textsIn(wantedBy(this.#request).resourceSubscriptions);
  }

  /** The client does not listen any more. */
  end(): void {
    this.#isOver = true;
    this.#topics.end();
  }

  #follow(capabilities: ServerCapabilities): void {
    const wanted = wantedBy(this.#request);
    const lists = Object.keys(filterOf) as (keyof typeof filterOf)[];
    const told = lists.filter((list) => wanted[filterOf[list]] === true && capabilities[list]?.listChanged === true);
    const uris = capabilities.resources?.subscribe === true ? this.#uris : [];
    const notifications: SubscriptionFilter = {
      ...Object.fromEntries(told.map((list) => [filterOf[list], true])),
      ...(uris.length > 0 && { resourceSubscriptions: [...uris] }),
    };
    this.#tell({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { notifications } });
    this.#topics.followLists(Object.fromEntries(told.map((list) => [list, { listChanged: true }])));
    for (const uri of uris) this.#topics.follow(uri);
  }

  readonly #tell: Tell = (message) => {
    const { method, params } = message as { readonly method: string; readonly params?: object };
    const _meta = { [SUBSCRIPTION_ID_META_KEY]: this.#id };
    this.#listener.tell({ jsonrpc: '2.0', method, params: { ...params, _meta } }, this.#id);
  };
}

function wantedBy({ params }: McpRequest): SubscriptionFilter {
  return Object(params?.['notifications']) as SubscriptionFilter;
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}
