import { CLOSE_TIMEOUT_MS } from '../base/durations.ts';
import type {
  Client,
  ClientCapabilities,
  ClientOptions,
  Implementation,
  ResponseCacheStore,
} from '@modelcontextprotocol/client';
import { EMPTY, Observable, type ObservableInput, concat, defer, merge } from 'rxjs';
import { report } from '../base/report.ts';
import type { Connector } from '../supply/connector.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';
import { McpConnection } from './connection/connection.ts';
import { EarlyExits } from './connection/early-exits.ts';
import { Eras, type McpEra } from './connection/eras.ts';
import { lend } from './lent/lent-connection.ts';
import type { KnownServers } from './connection/known-servers.ts';
import { ExchangeClient } from './client/exchange-client.ts';
import { isPermanent } from './failures/permanent-failure.ts';
import { isTimeout } from './failures/request-failure.ts';
import { ServerResponses } from './connection/response-stores.ts';
import { restMsOf } from './http/retry-after.ts';
import { ServerRequests } from './connection/server-requests.ts';
import type { Sharing } from './connection/sharing.ts';
import { isSignOfLife } from './connection/sign-of-life.ts';
import type { McpTransport } from './transport/transport.ts';
import { VERSION } from '../base/version.ts';
import { checked, watchEra } from './connection/era-watch.ts';

/** One of several servers that do the same. */
export interface McpEndpoint extends Endpoint {
  /** How this server is reached: `tcp(...)`, `stdio(...)`, `streamableHttp(...)` or `custom(...)`. */
  readonly transport: McpTransport;
}

/** How connections to one MCP server are made. */
export interface McpConnectorOptions extends Pick<
  Connector<McpConnection>,
  'warm' | 'isPermanent' | 'isTimeout' | 'isBroken' | 'restMs'
> {
  /**
   * How long opening one connection may take, 10 000 ms, over stdio 60 000. Half of it is left to find out which era the
   * server is of, but over stdio, where silence may be that of a program which is still being loaded.
   */
  readonly connectTimeoutMs?: number;
  /** How long closing one connection may take, force included, 2000 ms. */
  readonly closeTimeoutMs?: number;
  /**
   * `tcp(...)`, `stdio(...)`, `streamableHttp(...)` or `custom(...)`. When left out, `minSize` and `maxSize` are 10 and
   * 1000 with TCP, 1 and as many as there are processors (4 at least, 16 at most) with stdio, 1 and 100 otherwise.
   */
  readonly transport?: McpTransport;
  /**
   * In place of `transport`: several servers that do the same, each with its own. What they are is not known before the
   * list comes, so sizes and timeouts that are left out are those for TCP.
   */
  readonly endpoints$?: Observable<readonly McpEndpoint[]>;
  /** Which protocol to speak, `legacy` when left out, as in the SDK. */
  readonly era?: McpEra;
  /** Who the client says it is; this package when left out. */
  readonly clientInfo?: Implementation;
  /**
   * Of each connection's SDK client: capabilities, protocol versions and the like. A `responseCacheStore` is kept apart by
   * endpoint, and in a family by key, and is not used with `sharing: 'pinned'`, where each connection has one of its own.
   */
  readonly clientOptions?: ClientOptions;
  /** Called with each SDK client before it connects, to set handlers for what servers ask or tell. */
  readonly onClient?: (client: Client) => void;
}

/** What connections have to know of their pool. */
interface ConnectorHost {
  readonly sharing: Sharing;
  readonly servers: KnownServers;
  /** Whether somebody holds the connection of this id now. */
  isHeld(id: number): boolean;
}

/**
 * How a pool opens, checks and closes MCP connections. `connect` only makes the object, and `warm` starts and
 * initialises it. So `close` is called, and waited for, also when opening was given up half-way, and no process or
 * socket outlives the pool.
 */
export function connectorOf(options: McpConnectorOptions, host: ConnectorHost): Connector<McpConnection, McpEndpoint> {
  const { era } = options;
  const newClient = clients(options, host);
  const eras = era && new Eras({ era, newClient, probeMs: probeWithin.bind(undefined, options.connectTimeoutMs) });
  const exits = new EarlyExits();
  const politeMs = politeWithin(options.closeTimeoutMs);
  const wrongEra = (connection: McpConnection): void => {
    eras?.refute(connection);
  };
  return {
    connect: ({ id, endpoint }: { id: number; endpoint?: McpEndpoint }) =>
      connect(options, endpoint, id, { ...host, newClient, doubt: doubts(wrongEra) }),
    warm: (connection) =>
      concat(
        exits.watch(
          connection.server,
          defer(() => eras?.open(connection) ?? connection.open()),
        ),
        defer(() => prepared(connection, options, host)),
      ),
    close: async (connection) => {
      host.servers.left(connection.id);
      await close(connection, politeMs);
      await eras?.ended();
    },
    saidSoFar: (connection) => saidSoFar(connection.transport.said ?? eras?.said(connection)),
    down: (connection) => connection.closed$,
    check: (connection) => checked(connection, wrongEra),
    describe: ({ info }) => info,
    quarantine: (connection) => connection.quarantine(host.sharing.quarantineMs),
    lend,
    isAnswer: isSignOfLife,
    notices: (connection) => merge(connection.transport.noticed$, eras?.refuted(connection) ?? EMPTY),
    isPermanent: options.isPermanent ?? isPermanent,
    isTimeout: options.isTimeout ?? isTimeout,
    restMs: options.restMs ?? restMsOf,
  };
}

/** What is done with a connection that was opened just now. */
function prepared(
  connection: McpConnection,
  { warm }: McpConnectorOptions,
  { servers }: ConnectorHost,
): ObservableInput<unknown> {
  servers.of(connection.id)?.met(connection.info);
  return warm?.(connection) ?? EMPTY;
}

/**
 * Asks a connection whose server may speak another protocol by now. One question at a time, because its own answer
 * raises the same doubt.
 */
function doubts(wrongEra: (connection: McpConnection) => void): (connection: McpConnection) => void {
  let asks = false;
  return (connection) => {
    if (asks) return;
    asks = true;
    const end = (): void => {
      asks = false;
    };
    checked(connection, wrongEra).subscribe({ complete: end, error: end });
  };
}

/** Makes SDK clients: with a store for a connection, without one for a question about the era. */
function clients(
  { clientInfo, clientOptions }: McpConnectorOptions,
  host: ConnectorHost,
): (responseCacheStore?: ResponseCacheStore) => ExchangeClient {
  const capabilities = capabilitiesOf(clientOptions, host);
  return (responseCacheStore = new ServerResponses()) => {
    const all = { ...clientOptions, capabilities, responseCacheStore };
    const isStoreForeign = !(responseCacheStore instanceof ServerResponses);
    return new ExchangeClient(clientInfo ?? { name: 'rx-mcp-pool', version: VERSION }, all, isStoreForeign);
  };
}

/** The capabilities that servers are told of. */
function capabilitiesOf(options: ClientOptions | undefined, { sharing }: ConnectorHost): ClientCapabilities {
  return { ...sharing.capabilities, ...options?.capabilities };
}

function saidSoFar(said: string | undefined): string | undefined {
  return said === undefined ? undefined : `the server has said so far: ${said}`;
}

/** How long a process may take to answer the question about its era when connecting has no timeout, in milliseconds. */
const SLOWEST_START_MS = 60_000;

/**
 * How long the question about the era may take: half of the time for connecting. Over stdio it is all of that time,
 * because a program that is still being loaded is as silent as an old server.
 */
function probeWithin(connectTimeoutMs = 10_000, { kind }: McpTransport): number {
  const isOff = connectTimeoutMs === 0 || connectTimeoutMs === Infinity;
  if (kind === 'stdio') return isOff ? SLOWEST_START_MS : connectTimeoutMs;
  return isOff ? 5000 : connectTimeoutMs / 2;
}

/** How much of the time for closing is kept for killing a process group, in milliseconds. */
const FORCE_MS = 200;

/** How long closing may be polite when it may take so long in all; 0 and Infinity mean for ever. */
function politeWithin(closeTimeoutMs = CLOSE_TIMEOUT_MS): number {
  if (closeTimeoutMs === 0 || closeTimeoutMs === Infinity) return Infinity;
  return Math.max(closeTimeoutMs / 2, closeTimeoutMs - FORCE_MS);
}

/**
 * Closes a connection politely, then by force, so that no process is left when this resolves: the pool would only stop
 * waiting.
 */
async function close(connection: McpConnection, politeMs: number): Promise<void> {
  const kill = (): void => {
    connection.kill();
  };
  const timer = politeMs === Infinity ? undefined : setTimeout(kill, politeMs);
  try {
    await connection.close();
  } finally {
    clearTimeout(timer);
  }
}

interface ConnectParts extends ConnectorHost {
  readonly newClient: (responseCacheStore: ResponseCacheStore) => ExchangeClient;
  readonly doubt: (connection: McpConnection) => void;
}

/**
 * Emits the connection at once, not yet opened. Unsubscribing ends it by force, which changes nothing after a close.
 */
function connect(
  { clientOptions, onClient, era, transport: only }: McpConnectorOptions,
  endpoint: McpEndpoint | undefined,
  id: number,
  host: ConnectParts,
): Observable<McpConnection> {
  return new Observable((subscriber) => {
    const server = endpoint?.transport ?? only;
    if (server === undefined) throw new TypeError('the endpoint has no transport');
    const { mode, handlers } = host.sharing;
    const known = host.servers.join(id, server, endpoint?.id);
    const client = host.newClient(known.responses);
    // With pins the server keeps state for a key in its session, which must not be replaced unnoticed.
    const transport = server.create({ renewSession: mode !== 'pinned', params: known.params });
    const capabilities = capabilitiesOf(clientOptions, host);
    const isHeld = (): boolean => host.isHeld(id);
    const serverRequests = new ServerRequests({ capabilities, handlers, isShared: mode === 'multiplex', isHeld });
    serverRequests.attach(client);
    onClient?.(client);
    const onDoubt = era === undefined ? undefined : host.doubt;
    const parts = { id, client, server, transport, serverRequests, book: known.book, onDoubt };
    const connection = new McpConnection(parts);
    serverRequests.endWith(connection.closed$);
    connection.closed$.subscribe({ next: host.servers.lost.bind(host.servers, id), error: report });
    transport.renewed$?.subscribe({ next: known.forget.bind(known), error: report });
    if (onClient !== undefined || Object.values(handlers).some(Boolean)) transport.listen?.();
    if (era !== undefined) watchEra(client, transport, host.doubt.bind(undefined, connection));
    subscriber.next(connection);
    return () => {
      transport.kill();
    };
  });
}
