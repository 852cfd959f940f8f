import { SERVER_INFO_META_KEY, type ServerCapabilities } from '@modelcontextprotocol/client';
import { type Observable, defer, filter, from, repeat, switchMap, takeUntil } from 'rxjs';
import type { McpHub } from '../hub/mcp-hub.ts';
import { listAnswer, routed } from '../hub/routing.ts';
import type { McpPool } from '../mcp-pool.ts';
import type { McpList } from '../subscriptions/subscriptions.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { VERSIONS } from './discovery.ts';
import { hubIntroduction } from './introduction.ts';
import { ModernHost, ModernHosts } from './modern-host.ts';
import { inModernWords } from './modern-words.ts';
import { hostIn } from './round-state.ts';
import type { TopicSource } from './topics.ts';

/** What a request of the modern era comes to: a call of a server, or an answer that is known. */
export type Found = FoundServer | { readonly answer: object };

/** A server that is asked, and how. */
interface FoundServer {
  readonly host: ModernHost;
  readonly request: McpRequest;
  /** How long a call of its tools may take, in milliseconds; left out: as long as it likes. */
  readonly toolTimeoutMs?: number | undefined;
}

/** What clients of the modern era are served by: a pool, or the servers of a hub. */
export interface ModernServers {
  /** Its lists of tools are asked for by this client. */
  readonly client: McpPool['client'];
  /** What clients are told of. */
  readonly topics: TopicSource;
  /** Which server is asked, and how; later where that has to be found out. Rejects with a `ProtocolError` where none is. */
  find(request: McpRequest): Found | Promise<Found>;
  /** What the server can tell of. */
  capabilities(): Promise<ServerCapabilities>;
  /** Gives up what waits for clients. */
  end(): void;
}

/** The way in for clients of the modern era. */
export function modernServers(pool: McpPool | McpHub): ModernServers {
  return 'catalogue' in pool ? new HubServers(pool) : new PoolServer(pool);
}

class PoolServer implements ModernServers {
  readonly topics: TopicSource;
  readonly #host: ModernHost;

  constructor(pool: McpPool) {
    this.topics = pool;
    this.#host = new ModernHost(pool);
  }

  get client(): McpPool['client'] {
    return this.#host.pool.client;
  }

  find(request: McpRequest): Found {
    return { host: this.#host, request };
  }

  capabilities(): Promise<ServerCapabilities> {
    const { pool } = this.#host;
    return pool.useAny(({ client }) => client.getServerCapabilities() ?? {});
  }

  end(): void {
    this.#host.parked.end();
  }
}

class HubServers implements ModernServers {
  readonly topics: TopicSource;
  readonly #hub: McpHub;
  readonly #hosts = new ModernHosts();

  constructor(hub: McpHub) {
    this.#hub = hub;
    this.topics = new HubTopics(hub);
  }

  get client(): McpPool['client'] {
    return this.#hub.client;
  }

  find(request: McpRequest): Found | Promise<Found> {
    const { catalogue } = this.#hub;
    if (request.method === 'server/discover') return this.#discovery();
    const list = listAnswer(catalogue, request);
    if (list !== undefined) return list.then((answer) => ({ answer: inModernWords(request, answer) as object }));
    return routed(catalogue, request).then(({ server, request: own }) => {
      // The next round of a call goes where the call is, though others go to another pool by now.
      const begun = this.#hosts.numbered(hostIn(own.params?.['requestState']));
      const toolTimeoutMs = catalogue.toolTimeoutOf(server);
      return { host: begun ?? this.#hosts.of(this.#hub.pool(server)), request: own, toolTimeoutMs };
    });
  }

  async capabilities(): Promise<ServerCapabilities> {
    return (await hubIntroduction(this.#hub, undefined)).capabilities;
  }

  end(): void {
    this.#hosts.end();
  }

  async #discovery(): Promise<Found> {
    const { capabilities, instructions, serverInfo } = await hubIntroduction(this.#hub, undefined);
    const introduced = { capabilities, ...(instructions !== undefined && { instructions }) };
    const hints = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
    return {
      answer: { ...hints, supportedVersions: VERSIONS, ...introduced, _meta: { [SERVER_INFO_META_KEY]: serverInfo } },
    };
  }
}

/** What the servers of a hub tell. */
class HubTopics implements TopicSource {
  readonly #hub: McpHub;

  constructor(hub: McpHub) {
    this.#hub = hub;
  }

  listChanges<L extends McpList>(list: L): Observable<L> {
    return this.#hub.listChanges$.pipe(filter((changed): changed is L => changed === list));
  }

  resourceUpdates(uri: string): Observable<string> {
    const route$ = defer(() => from(this.#hub.catalogue.resource(uri)));
    const updates$ = route$.pipe(switchMap(({ server }) => this.#hub.pool(server).resourceUpdates(uri)));
    // Where the pool has ended and the hub has not, the server has another one.
    return updates$.pipe(repeat(), takeUntil(this.#hub.ended$));
  }
}
