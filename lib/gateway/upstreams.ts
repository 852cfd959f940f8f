import { type McpHub, createMcpHub } from '../mcp/hub/mcp-hub.ts';
import type { NameRule } from '../mcp/hub/names.ts';
import type { ConfiguredServer } from '../mcp/config/configured-server.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import { type Answerable, classOf } from './capability-class.ts';

/** What a client is served by: a pool of connections to one server, or several servers. */
export type Upstream = McpPool | McpHub;

/** What the clients of a gateway are served by. */
export interface Upstreams {
  /** Whether clients are served at all. */
  readonly isOpen: boolean;
  /** What serves a client that has announced these capabilities. */
  for(capabilities: unknown): Upstream;
  /** Closes what was opened for the gateway. */
  close(): Promise<void>;
}

/** A pool that is somebody else's: it serves all clients, and stays open. */
export class GivenPool implements Upstreams {
  readonly #pool: McpPool;

  constructor(pool: McpPool) {
    this.#pool = pool;
  }

  get isOpen(): boolean {
    return this.#pool.state.phase === 'open';
  }

  for(): McpPool {
    return this.#pool;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * The servers of a configuration, for each class of clients by what they can be asked: a server asks whoever the connection
 * has promised, so that clients of different classes cannot share one. There are few classes, and a server has connections
 * for those only that need it.
 */
export class ServersByClass implements Upstreams {
  readonly #servers: readonly ConfiguredServer[];
  readonly #names: NameRule;
  readonly #hubs = new Map<string, McpHub>();
  isOpen = true;

  constructor(servers: readonly ConfiguredServer[], names: NameRule) {
    this.#servers = servers;
    this.#names = names;
  }

  for(capabilities: unknown): McpHub {
    const { name, answerable } = classOf(capabilities);
    const known = this.#hubs.get(name);
    if (known !== undefined) return known;
    const servers = this.#servers.map((server) => promising(server, answerable));
    const hub = createMcpHub({ servers, warnings: [] }, { names: this.#names });
    this.#hubs.set(name, hub);
    return hub;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await Promise.all([...this.#hubs.values()].map((hub) => hub.close()));
  }
}

/** The server with connections that promise what these clients can be asked. */
function promising(server: ConfiguredServer, capabilities: Answerable): ConfiguredServer {
  if (server.status !== 'ready') return server;
  const { clientOptions } = server.options;
  return { ...server, options: { ...server.options, clientOptions: { ...clientOptions, capabilities } } };
}
