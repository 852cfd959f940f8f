import { NEVER, type Observable, Subject, concat, defer, from, merge, of } from 'rxjs';
import { type McpHub, createMcpHub } from '../mcp/hub/mcp-hub.ts';
import type { NameRule } from '../mcp/hub/names.ts';
import { sharingAll } from '../mcp/config/auto-sharing.ts';
import type { ConfiguredServer } from '../mcp/config/configured-server.ts';
import type { McpConfig } from '../mcp/config/read-config.ts';
import { areSameEntries } from '../mcp/config/same-entries.ts';
import { resolveMcpOptions } from '../mcp/mcp-pool-options.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import { count } from '../base/durations.ts';
import type { AllowancePort } from '../supply/sizing/allowance.ts';
import { sharedAllowance } from '../supply/sizing/shared-allowance.ts';
import { type Answerable, classOf, isAskable } from './capability-class.ts';

/** What a client is served by: a pool of connections to one server, or several servers. */
export type Upstream = McpPool | McpHub;

/** What the clients of a gateway are served by. */
export interface Upstreams {
  /** Whether clients are served at all. */
  readonly isOpen: boolean;
  /** Whether a session has a connection of its own at one of the servers, so that no other node can go on with it. */
  readonly isPinned: boolean;
  /** The servers that there are; empty where a pool was given. */
  readonly servers: readonly ConfiguredServer[];
  /** What clients are served by at present, by the names of their classes. */
  readonly open: ReadonlyMap<string, Upstream>;
  /** The same without the names, then each other one as it is opened. Never completes. */
  readonly opened$: Observable<Upstream>;
  /**
   * What serves a client that has announced these capabilities. `hearsLog`: it wants the log, which is told apart only on a
   * connection that nobody else has at the time.
   */
  for(capabilities: unknown, hearsLog?: boolean): Upstream;
  /** Whether such a client has connections that others have at the same time, as long as it does not want the log. */
  isShared(capabilities: unknown): boolean;
  /**
   * Has these servers in place of those that it had, as `McpHub.reload` does. Rejects where the servers are not the gateway's
   * to change.
   */
  reload(servers: readonly ConfiguredServer[], drainMs: number): Promise<void>;
  /** Closes what was opened for the gateway. */
  close(): Promise<void>;
}

/** A pool that is somebody else's: it serves all clients, and stays open. */
export class GivenPool implements Upstreams {
  readonly servers: readonly ConfiguredServer[] = [];
  readonly open: ReadonlyMap<string, McpPool>;
  readonly opened$: Observable<McpPool>;
  readonly #pool: McpPool;

  constructor(pool: McpPool) {
    this.#pool = pool;
    this.open = new Map([['', pool]]);
    this.opened$ = concat(of(pool), NEVER);
  }

  get isOpen(): boolean {
    return this.#pool.state.phase === 'open';
  }

  get isPinned(): boolean {
    return this.#pool.checkoutOf !== undefined;
  }

  for(): McpPool {
    return this.#pool;
  }

  isShared(): boolean {
    return false;
  }

  reload(): Promise<void> {
    return Promise.reject(new TypeError('a gateway of a single pool has no servers to reload'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * The servers of a configuration, for each class of clients by what they can be asked: a server asks whoever the connection
 * has promised, so that clients of different classes cannot share one. There are few classes, and a server has connections
 * for those only that need it; all of them together have no more than its `maxSize`.
 */
export class ServersByClass implements Upstreams {
  readonly opened$: Observable<McpHub>;
  readonly #names: NameRule;
  readonly #hubs = new Map<string, McpHub>();
  /** The clients of each class. */
  readonly #clients = new Map<string, Clients>();
  readonly #opened$ = new Subject<McpHub>();
  servers: readonly ConfiguredServer[];
  isOpen = true;

  constructor(servers: readonly ConfiguredServer[], names: NameRule) {
    this.servers = servers.map(shared);
    this.#names = names;
    this.opened$ = defer(() => merge(from([...this.#hubs.values()]), this.#opened$));
  }

  get isPinned(): boolean {
    return this.servers.some((server) => server.status === 'ready' && server.options.sharing === 'pinned');
  }

  get open(): ReadonlyMap<string, McpHub> {
    return this.#hubs;
  }

  for(capabilities: unknown, hearsLog = false): McpHub {
    const clients = classOf(capabilities);
    const isApart = hearsLog && this.isShared(capabilities);
    const key = isApart ? `${clients.name} with log` : clients.name;
    const known = this.#hubs.get(key);
    if (known !== undefined) return known;
    const { answerable } = clients;
    const mayShare = !isAskable(clients) && !isApart;
    const hub = createMcpHub(configOf(this.servers, { answerable, mayShare }), { names: this.#names });
    this.#hubs.set(key, hub);
    this.#clients.set(key, { answerable, mayShare });
    this.#opened$.next(hub);
    return hub;
  }

  isShared(capabilities: unknown): boolean {
    return !isAskable(classOf(capabilities)) && this.servers.some(isShared);
  }

  async reload(servers: readonly ConfiguredServer[], drainMs: number): Promise<void> {
    const before = new Map(this.servers.map((server) => [server.name, server]));
    this.servers = servers.map((server) => {
      const known = before.get(server.name);
      const isSame = known?.status === 'ready' && server.status === 'ready' && areSameEntries(known, server);
      return isSame ? known : shared(server);
    });
    const hubs = [...this.#hubs];
    await Promise.all(
      hubs.map(([name, hub]) => hub.reload(configOf(this.servers, this.#clients.get(name) ?? nobody), { drainMs })),
    );
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await Promise.all([...this.#hubs.values()].map((hub) => hub.close()));
  }
}

/** The server with a bound that the pools of all classes share, unless its own options share one. */
function shared(server: ConfiguredServer): ConfiguredServer {
  if (server.status !== 'ready' || server.options.allowance !== undefined) return server;
  const { maxSize = 1 } = resolveMcpOptions(server.options);
  const allowance: AllowancePort = sharedAllowance(count('maxSize', maxSize, 1));
  return { ...server, options: { ...server.options, allowance } };
}

/** What makes a difference between clients. */
interface Clients {
  readonly answerable: Answerable;
  /** Whether they can be served by connections that others have as well. */
  readonly mayShare: boolean;
}

const nobody: Clients = { answerable: {}, mayShare: false };

/** Whether its connections are shared by those who can. */
function isShared(server: ConfiguredServer): boolean {
  return server.status === 'ready' && server.shared !== undefined;
}

/** The servers with connections that promise what these clients can be asked. */
function configOf(servers: readonly ConfiguredServer[], clients: Clients): McpConfig {
  return { servers: servers.map((server) => promising(server, clients)), warnings: [] };
}

function promising(server: ConfiguredServer, { answerable: capabilities, mayShare }: Clients): ConfiguredServer {
  if (server.status !== 'ready') return server;
  const { options, shared: bySharing } = server;
  const promised = { ...options, clientOptions: { ...options.clientOptions, capabilities } };
  return { ...server, options: mayShare && bySharing !== undefined ? sharingAll(promised, bySharing) : promised };
}
