import type { Observable, Subscription } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { delayedCheckouts } from '../checkout/queue/delayed-checkouts.ts';
import type { Pool } from '../pool/pool.ts';
import { createPool } from '../pool/reactive-pool.ts';
import { poolOptionsIn } from '../pool/option-names.ts';
import type { RetryPolicy } from '../requests/retry.ts';
import { checkMcpOptions } from './mcp-pool-options.ts';
import { type McpClient, pooledClient } from './requests/client.ts';
import type { McpConnection } from './connection/connection.ts';
import { type McpEndpoint, connectorOf } from './connector.ts';
import { keyed } from './keyed.ts';
import { KnownServers } from './connection/known-servers.ts';
import { McpRetry } from './requests/retry.ts';
import { isWorthRetrying, wasRefused } from './failures/refusal.ts';
import { RequestLog } from './requests/request-log.ts';
import { restMsOf } from './http/retry-after.ts';
import { type McpList, Subscriptions } from './subscriptions/subscriptions.ts';
import { defaultsOf } from './transport/transport-defaults.ts';
import { type Sharing, resolveSharing } from './connection/sharing.ts';
import type { McpRequest } from './transport/mcp-request.ts';
import type { McpRequestEvent, RequestWatcher } from './requests/request-watch.ts';
import type { McpPoolOptions } from './mcp-pool-options.ts';
import type { PoolOptions } from '../pool/pool-options.ts';

/** A pool of connections to one MCP server. */
export interface McpPool extends Pool<McpConnection> {
  /** The requests of the SDK's `Client`, each through the pool. */
  readonly client: McpClient;
  /**
   * Emits the URI when the server tells that the resource has changed, and when it may have while the connection was
   * replaced. One subscription at the server, however many listen; it waits for a connection as long as it takes, and
   * holds none, but with `pool: false` or `maxUses: 1` one of its own. Completes with the pool; errors where the server
   * knows no such thing or lets nobody in, or connecting is of no use.
   */
  resourceUpdates(uri: string): Observable<string>;
  /** Emits the name of a list when the server tells that it has changed; as `resourceUpdates`. */
  listChanges<L extends McpList>(list: L): Observable<L>;
  /**
   * What became of each request that went through `client` or `withConnection`, as it ends, with its method and tool.
   * Never errors; completes with the pool. Nothing is done for it while nobody is subscribed.
   */
  readonly requests$: Observable<McpRequestEvent>;
  /** Looks at those requests from their beginning, and may add something to them, until unsubscribed from. */
  watchRequests(watcher: RequestWatcher): Subscription;
  /** The policy, or none, with the requests watched besides: `withConnection` asks for it. @internal */
  watched<Request>(policy: RetryPolicy<Request> | undefined): RetryPolicy<Request>;
  /** Who listens to those. @internal */
  readonly subscriptions: Subscriptions;
  /** Checkouts that are to begin later. @internal */
  delayedCheckouts(): number;
  /** How a request is checked out where connections are pinned: with the key of its `affinity`. `withConnection` asks. */
  readonly checkoutOf?: (request: McpRequest) => CheckoutOptions;
  /**
   * Which requests are asked again: `client` and `withConnection(pool)` go by it, and with a `project` of your own that
   * sends each request once `withConnection(pool, project, { retry: pool.retryPolicy })` does. Absent with `retry: false`.
   */
  readonly retryPolicy?: RetryPolicy<McpRequest>;
}

/**
 * Opens a pool of connections to the server that `transport` reaches, or to those of `endpoints$`. The server's health is checked by `ping`, or by
 * `server/discover` on connections of the 2026-07-28 protocol. Throws a `TypeError` or `RangeError` for bad options.
 */
export function createMcpPool(given: McpPoolOptions): McpPool {
  checkMcpOptions(given);
  const options = filledIn(given);
  const sharing = resolveSharing(options);
  const servers = serversOf(options, sharing);
  const retry = retryOf(options, sharing, servers);
  const connector = connectorOf(retry === undefined ? options : { ...options, warm: retry.warm(options.warm) }, {
    sharing,
    servers,
    isHeld: (id) => isLeased(pool, id),
  });
  const leases = options.pool === false ? 1 : sharing.maxLeasesPerConnection;
  const poolOptions = { ...options, maxLeasesPerConnection: leases, ...connector, ...pinsOf(sharing) };
  const pool = createPool<McpConnection, McpEndpoint>(poolOptionsIn(poolOptions));
  // Whoever only listens needs no connection of a key.
  const checkout = pool.checkout.bind(pool);
  const checkoutOf = checkoutsOf(sharing);
  const log = new RequestLog(pool.name, pool.events$);
  const subscriptions = new Subscriptions({
    checkout,
    events$: pool.events$,
    get state() {
      return pool.state;
    },
    keepsConnections: options.pool !== false && options.maxUses !== 1,
  });
  return Object.assign(checkoutOf ? keyed(pool) : pool, {
    client: pooledClient(pool, { policy: log.watched(retry), checkoutOf }),
    requests$: log.requests$,
    watchRequests: (watcher: RequestWatcher) => log.watch(watcher),
    watched: <Request>(policy: RetryPolicy<Request> | undefined) => log.watched(policy),
    subscriptions,
    delayedCheckouts: () => delayedCheckouts(pool.events$),
    resourceUpdates: (uri: string) => subscriptions.resource(uri),
    listChanges: <L extends McpList>(list: L) => subscriptions.list(list),
    ...(retry && { retryPolicy: retry }),
    ...(checkoutOf && { checkoutOf }),
  });
}

function pinsOf({ mode, pinIdleMs }: Sharing): Pick<PoolOptions<unknown>, 'pinIdleMs'> {
  return mode === 'pinned' ? { pinIdleMs } : {};
}

function checkoutsOf({ mode, affinity }: Sharing): ((request: McpRequest) => CheckoutOptions) | undefined {
  return mode === 'pinned' ? (request) => ({ key: affinity(request) }) : undefined;
}

/** Pins are kept apart: each holds what is somebody's. */
function serversOf({ clientOptions }: McpPoolOptions, { mode }: Sharing): KnownServers {
  return new KnownServers({
    isEachApart: mode === 'pinned',
    responseCacheStore: clientOptions?.responseCacheStore,
  });
}

function retryOf(
  { retry = {}, endpoints$ }: McpPoolOptions,
  { mode }: Sharing,
  servers: KnownServers,
): McpRetry | undefined {
  if (retry === false) return undefined;
  return new McpRetry(retry, {
    servers,
    refusals: { wasRefused, isWorthRetrying, restMsOf },
    mayRetry: mode !== 'pinned',
    hasEndpoints: endpoints$ !== undefined,
    random: Math.random,
  });
}

/** The options with what their transport makes of those that are left out. */
function filledIn(options: McpPoolOptions): McpPoolOptions {
  const { transport, pool, minSize = 0, maxConnecting } = options;
  const usual = defaultsOf(transport);
  const { maxSize = Math.max(pool === false ? usual.maxUnpooled : usual.maxSize, minSize) } = options;
  const { connectTimeoutMs = usual.connectTimeoutMs } = options;
  const filled = { ...options, connectTimeoutMs, isSlowAtFirst: usual.isSlowAtFirst, maxSize };
  if (pool === false) return { ...filled, minSize: 0, maxUses: 1, maxConnecting: maxConnecting ?? maxSize };
  // What is no size is left to whoever refuses it by its name.
  const most = maxSize > 0 ? Math.floor(maxSize) : Infinity;
  return { ...filled, minSize: options.minSize === undefined ? Math.min(usual.minSize, most) : minSize };
}

function isLeased({ state }: Pool<McpConnection>, id: number): boolean {
  for (const record of state.connections) if (record.id === id) return record.leases > 0;
  return false;
}
