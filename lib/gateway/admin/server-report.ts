import { messageOf } from '../../base/thrown.ts';
import type { ConfiguredServer } from '../../mcp/config/configured-server.ts';
import { type HubServer, type HubServerStatus, unusedServer } from '../../mcp/hub/hub-server.ts';
import type { McpPool } from '../../mcp/mcp-pool.ts';
import { internals } from '../../pool/internals.ts';
import type { Upstream, Upstreams } from '../upstreams.ts';

/** How a server is for the clients of one class, or for all of them. */
interface ServerState {
  readonly status: HubServerStatus;
  /** Why it is not there, or what of it is not. */
  readonly error?: string;
  /** Connections that are up. */
  readonly connections: number;
  /** Tools that it listed when it was last read. */
  readonly tools: number;
}

/** How a server of a gateway is. */
export interface ServerReport extends ServerState {
  readonly name: string;
  /** The same for each class of clients, by what they can be asked: they have connections of their own. */
  readonly pools: readonly PoolReport[];
}

/** How a server is for the clients of one class. */
interface PoolReport extends ServerState {
  /** What its clients can be asked, as JSON; empty for a pool that serves all. */
  readonly class: string;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  /** Connections at most. */
  readonly maxSize: number;
}

/** What a server is where it is not the same for all classes of clients: the first of these that it is for one. */
const order: readonly HubServerStatus[] = ['up', 'failed', 'starting', 'idle', 'disabled'];

/** How all servers are; starts nothing. */
export function serverReports({ servers, open }: Pick<Upstreams, 'servers' | 'open'>): readonly ServerReport[] {
  const found = new Map<string, [string, HubServer, McpPool | undefined][]>();
  for (const server of servers) found.set(server.name, []);
  for (const [name, upstream] of open) {
    for (const [server, pool] of serversIn(upstream, servers)) {
      found.set(server.name, [...(found.get(server.name) ?? []), [name, server, pool]]);
    }
  }
  const unused = new Map(servers.map((server) => [server.name, unusedServer(server)]));
  return [...found].map(([name, all]) => {
    const states = all.length === 0 ? [unused.get(name)] : all.map(([, server]) => server);
    const pools = all.map(([clients, server, pool]) => poolReport(clients, server, pool));
    return { name, ...merged(states.filter((state) => state !== undefined)), pools };
  });
}

function poolReport(clients: string, server: HubServer, pool: McpPool | undefined): PoolReport {
  const { waiting = 0, maxSize = 0 } = pool?.state ?? {};
  return { class: clients, ...stateOf(server), waiting, maxSize };
}

function stateOf({ status, error, connections, tools }: HubServer): ServerState {
  return { status, ...(error && { error: messageOf(error) }), connections, tools };
}

function merged(servers: readonly HubServer[]): ServerState {
  const [first] = [...servers].sort((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
  const { status = 'idle', error } = first ?? {};
  return {
    status,
    ...(error && { error: messageOf(error) }),
    connections: servers.reduce((sum, { connections }) => sum + connections, 0),
    tools: Math.max(0, ...servers.map(({ tools }) => tools)),
  };
}

function serversIn(
  upstream: Upstream,
  configured: readonly ConfiguredServer[],
): readonly [HubServer, McpPool | undefined][] {
  if (!('family' in upstream)) return [[serverOf(upstream), upstream]];
  const pools = new Map(upstream.family.pools().map((pool) => [pool.name, pool]));
  // A file may call the pool of a server otherwise.
  const names = new Map(configured.map((server) => [server.name, poolNameOf(server)]));
  return upstream.servers.map((server) => [server, pools.get(names.get(server.name) ?? server.name)]);
}

function poolNameOf(server: ConfiguredServer): string {
  return (server.status === 'ready' ? server.options.name : undefined) ?? server.name;
}

/** The server of a pool that was given; what it lists nobody has read. */
function serverOf(pool: McpPool): HubServer {
  const { name, state } = pool;
  const connections = state.idle + state.active;
  const error = internals(pool)?.lastError();
  const nothing = { name, connections, tools: 0 };
  if (connections > 0) return { ...nothing, status: 'up' };
  if (error !== undefined) return { ...nothing, status: 'failed', error: error as Error };
  return { ...nothing, status: state.connecting > 0 ? 'starting' : 'idle' };
}
