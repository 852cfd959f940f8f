import type { Observable, Subscription, Unsubscribable } from 'rxjs';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Lease } from '../checkout/lease.ts';
import { internals, setInternals } from '../pool/internals.ts';
import { poolOptionsIn } from '../pool/option-names.ts';
import type { Pool } from '../pool/pool.ts';
import { createPool } from '../pool/reactive-pool.ts';
import type { RetryPolicy } from '../requests/retry.ts';
import type { UseOptions, Work } from '../requests/use-once.ts';
import type { McpConnection } from './connection/connection.ts';
import { resolveSharing } from './connection/sharing.ts';
import { type McpEndpoint, connectorOf } from './connector.ts';
import { type McpPoolOptions, resolveMcpOptions } from './mcp-pool-options.ts';
import { isLeased, retryOf, serversOf, sharedBy } from './mcp-pool-parts.ts';
import { type McpClient, pooledClient } from './requests/client.ts';
import { ListCache } from './requests/list-cache.ts';
import { LogLevel } from './requests/log-level.ts';
import { RequestLog } from './requests/request-log.ts';
import type { McpRequestEvent, RequestWatcher } from './requests/request-watch.ts';
import type { TopicListener } from './subscriptions/following.ts';
import { Roster } from './subscriptions/roster.ts';
import { type McpList, Subscriptions } from './subscriptions/subscriptions.ts';
import type { McpRequest } from './transport/mcp-request.ts';

/** A pool of connections to one MCP server. */
export interface McpPool extends Pool<McpConnection> {
  /**
   * The requests of the SDK's `Client`, each through the pool. What it knows of the server is what the connection that came
   * up last was told; `undefined` before the first.
   */
  readonly client: McpClient;
  /**
   * Emits the URI when a server tells that the resource has changed, on whichever connection, and once more when that may
   * have been missed: nobody listened for a while, or a session was begun anew. One subscription at the server for each
   * connection, however many listen; no lease is held for it, but with `pool: false` or `maxUses: 1` that of one connection.
   * What several connections to one server tell within 25 ms is emitted once. Waits for a server as long as it takes.
   * Completes with the pool; errors where no server knows such a thing or lets anybody in, or connecting is of no use.
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
  /**
   * The same policy, or none, with which requests are also told to `requests$` and watchers. `withConnection` asks for
   * it. @internal
   */
  watched<Request>(policy: RetryPolicy<Request> | undefined): RetryPolicy<Request>;
  /** As `use`, by any connection also where connections are pinned: it is kept for nobody. @internal */
  useAny<T>(work: Work<McpConnection, T>, options?: UseOptions): Promise<T>;
  /** As `listChanges`, for what does not count as somebody who needs the pool. @internal */
  followList(list: McpList, listener: TopicListener): Unsubscribable;
  /** How a request is checked out where connections are pinned: with the key of its `affinity`. `withConnection` asks. */
  readonly checkoutOf?: (request: McpRequest, principal?: string) => CheckoutOptions;
  /**
   * Which requests are asked again: `client` and `withConnection(pool)` go by it, and with a `project` of your own that
   * sends each request once `withConnection(pool, project, { retry: pool.retryPolicy })` does. Absent with `retry: false`.
   */
  readonly retryPolicy?: RetryPolicy<McpRequest>;
}

/**
 * Opens a pool of connections to the server that `transport` reaches, or to those of `endpoints$`. The server's health
 * is checked by `ping`, or by `server/discover` on connections of the 2026-07-28 protocol. Throws a `TypeError` or
 * `RangeError` for bad options.
 */
export function createMcpPool(options: McpPoolOptions): McpPool {
  return new ReactiveMcpPool(options);
}

/**
 * A pool of MCP connections. It has a pool of any connections, to which it delegates, and adds what only MCP knows:
 * requests, retries, subscriptions and keys.
 */
export class ReactiveMcpPool implements McpPool {
  readonly name: string;
  readonly state$: McpPool['state$'];
  readonly events$: McpPool['events$'];
  readonly metrics$: McpPool['metrics$'];
  readonly pressure$: Observable<number>;
  readonly capacity$: Observable<number>;
  readonly health$: McpPool['health$'];
  readonly requests$: Observable<McpRequestEvent>;
  readonly why: McpPool['why'];
  readonly checkoutOf?: (request: McpRequest, principal?: string) => CheckoutOptions;
  readonly retryPolicy?: RetryPolicy<McpRequest>;
  readonly #pool: Pool<McpConnection>;
  readonly #log: RequestLog;
  readonly #subscriptions: Subscriptions;
  readonly #openClient: () => McpClient;
  #client: McpClient | undefined;

  constructor(given: McpPoolOptions) {
    const options = resolveMcpOptions(given);
    const sharing = resolveSharing(options);
    const servers = serversOf(options, sharing);
    const retry = retryOf(options, sharing, servers);
    const roster = new Roster();
    const warm = retry === undefined ? options.warm : retry.warm(options.warm);
    const isHeld = (id: number): boolean => isLeased(pool, id);
    const connector = connectorOf({ ...options, warm: roster.warm(warm) }, { sharing, servers, isHeld });
    const poolOptions = { ...options, ...sharedBy(options, sharing), ...connector };
    const pool = createPool<McpConnection, McpEndpoint>(poolOptionsIn(poolOptions));
    this.#pool = pool;
    setInternals(this, internals(pool));
    const { name, state$, events$, metrics$, pressure$, capacity$, health$ } = pool;
    [this.name, this.state$, this.events$, this.metrics$] = [name, state$, events$, metrics$];
    [this.pressure$, this.capacity$, this.health$] = [pressure$, capacity$, health$];
    // One function for all signatures of `why`.
    this.why = (subject: never) => pool.why(subject) as never;
    this.#log = new RequestLog(name, events$);
    this.requests$ = this.#log.requests$;
    const { mode, affinity } = sharing;
    if (mode === 'pinned') this.checkoutOf = (...asked) => ({ key: affinity(...asked) });
    if (retry !== undefined) this.retryPolicy = retry;
    const keepsConnections = options.pool !== false && options.maxUses !== 1;
    // By the inner pool, which needs no key: whoever only listens does not care whose connection it is.
    const subscriptions = new Subscriptions({ pool, roster: keepsConnections ? roster : undefined });
    this.#subscriptions = subscriptions;
    const cache = keepsConnections && options.cache === 'lists' ? new ListCache(roster, subscriptions) : undefined;
    const logLevel = new LogLevel(roster);
    const policy = this.#log.watched(retry);
    const parts = { pool: this, policy, checkoutOf: this.checkoutOf, roster, cache, logLevel };
    this.#openClient = () => pooledClient({ ...parts, closed: () => (this.#client = undefined) });
  }

  get state(): McpPool['state'] {
    return this.#pool.state;
  }

  get metrics(): McpPool['metrics'] {
    return this.#pool.metrics;
  }

  get pressure(): number {
    return this.#pool.pressure;
  }

  get capacity(): number {
    return this.#pool.capacity;
  }

  get health(): McpPool['health'] {
    return this.#pool.health;
  }

  get client(): McpClient {
    return (this.#client ??= this.#openClient());
  }

  checkout(options?: CheckoutOptions): Observable<Lease<McpConnection>> {
    return this.#pool.checkout(this.#keyed(options));
  }

  lease(options?: CheckoutOptions): Promise<Lease<McpConnection>> {
    return this.#pool.lease(this.#keyed(options));
  }

  tryCheckout(options?: CheckoutOptions): Lease<McpConnection> | undefined {
    return this.#pool.tryCheckout(this.#keyed(options));
  }

  use<T>(work: Work<McpConnection, T>, options?: UseOptions): Promise<T> {
    return this.#pool.use(work, this.#keyed(options));
  }

  useAny<T>(work: Work<McpConnection, T>, options?: UseOptions): Promise<T> {
    return this.#pool.use(work, options);
  }

  resize(size: number): void {
    this.#pool.resize(size);
  }

  ready(): Promise<void> {
    return this.#pool.ready();
  }

  retry(): void {
    this.#pool.retry();
  }

  close(options?: { readonly timeoutMs?: number }): Promise<void> {
    return this.#pool.close(options);
  }

  watch(): ReturnType<McpPool['watch']> {
    return this.#pool.watch();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  resourceUpdates(uri: string): Observable<string> {
    return this.#subscriptions.resource(uri);
  }

  listChanges<L extends McpList>(list: L): Observable<L> {
    return this.#subscriptions.list(list);
  }

  followList(list: McpList, listener: TopicListener): Unsubscribable {
    return this.#subscriptions.follow(list, listener);
  }

  watchRequests(watcher: RequestWatcher): Subscription {
    return this.#log.watch(watcher);
  }

  watched<Request>(policy: RetryPolicy<Request> | undefined): RetryPolicy<Request> {
    return this.#log.watched(policy);
  }

  /** Since when nobody listens to what the server tells, in milliseconds of the monotonic clock; see `Subscriptions`. */
  get unheardSince(): number {
    return this.#subscriptions.unheardSince;
  }

  /** Throws a `TypeError` where connections are pinned and there is no key: nobody knows whose connection is wanted. */
  #keyed<O extends CheckoutOptions>(options: O | undefined): O | undefined {
    if (this.checkoutOf === undefined || options?.key !== undefined) return options;
    throw new TypeError('a pinned pool needs a key for each checkout');
  }
}
