import type { Observable } from 'rxjs';
import type { CheckoutOptions } from '../../checkout/checkout-options.ts';
import type { Work } from '../../requests/use-once.ts';
import { checkObject, count, duration, kindOf } from '../../base/durations.ts';
import type { PoolMetrics } from '../../metrics/pool-metrics.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpPoolFamilyMetrics } from './family-metrics.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { type McpPool, ReactiveMcpPool } from '../mcp-pool.ts';
import { type CloseOptions, type ClosePool, type FamilyOptions, PoolFamily } from './pool-family.ts';
import { type McpClient, clientBy } from '../requests/client.ts';
import { keptApart } from '../connection/response-stores.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { McpPoolOptions } from '../mcp-pool-options.ts';

/** Durations are in milliseconds: left out means the default, 0 or `Infinity` means off. */
export interface McpPoolFamilyOptions<Principal, Request = McpRequest> {
  /**
   * Whose connections these are: two that get the same key share connections, and with them whatever state the server
   * keeps for a connection. So it has to name the server, the principal and the environment (headers, variables,
   * directories), and each of them by what does not change: a user's id, never a token that is renewed, for each new
   * token would open a new pool. It is told to nobody.
   */
  readonly key: (principal: Principal, request: Request | undefined) => string;
  /**
   * How the pool of a key is opened; asked once for each pool. `minSize` is 1 when left out. Credentials that change
   * belong into what the transport asks for them each time, not into these options.
   */
  readonly options: (principal: Principal, request: Request | undefined) => McpPoolOptions;
  /** Of the family, `pools` when left out; a pool that is given no name is called after it, with a number. */
  readonly name?: string;
  /** Open pools at most, 100. Then the one that was idle longest is closed for a new one. */
  readonly maxPools?: number;
  /** A pool without lease, waiter and listener is closed when nobody has asked for it for so long, 300 000. */
  readonly idleTimeoutMs?: number;
  /** The interval of `metrics$`, 1000. */
  readonly metricsWindowMs?: number;
}

/** The checkout, and for whose sake it is, where the key depends on that. */
export interface McpPoolFamilyUseOptions<Request = McpRequest> extends CheckoutOptions {
  /** Handed to `key` and `options` of the family. */
  readonly request?: Request;
}

/** One pool of a family. It is known by its name: its key is told to nobody, because it may hold what must not be read. */
export interface McpPoolView {
  /** The pool's name. */
  readonly name: string;
  /** Whether it may be handed out. */
  readonly status: 'open' | 'closing';
  /** Milliseconds of the monotonic clock. */
  readonly openedAt: number;
  /** Since when nobody has needed it, in milliseconds of the monotonic clock; `null` while somebody does. */
  readonly idleSince: number | null;
  /** The metrics of the pool now. */
  readonly metrics: PoolMetrics;
}

/** Pools by principal: no connection ever serves two of them. */
export interface McpPoolFamily<Principal, Request = McpRequest> {
  /** The option `name`. */
  readonly name: string;
  /** Open pools, without those that are being closed. */
  readonly size: number;
  /**
   * The pool of this principal, opened by the first who asks. Ask again for each piece of work: a pool that has been
   * idle for too long is closed, and one that you keep then refuses with `POOL_CLOSED`.
   *
   * Throws a `PoolError`: `POOL_LIMIT_REACHED` when `maxPools` are in use, `POOL_CLOSED` after `close()`; a `TypeError`
   * when the key is none; and whatever `options` throws.
   */
  for(principal: Principal, request?: Request): McpPool;
  /**
   * `pool.client` of this principal, which may be kept: each of its calls asks for the pool anew, and rejects where `for`
   * throws.
   */
  client(principal: Principal, request?: Request): McpClient;
  /** Works with a connection of the principal's pool, as `pool.use` does; rejects where `for` throws. */
  use<T>(principal: Principal, work: Work<McpConnection, T>, options?: McpPoolFamilyUseOptions<Request>): Promise<T>;
  /** The present metrics of all pools together, then one a window. Never errors; completes when `close()` resolves. */
  readonly metrics$: Observable<McpPoolFamilyMetrics>;
  /** The present metrics of all pools together. */
  readonly metrics: McpPoolFamilyMetrics;
  /**
   * The pools that are there, those that are being closed included, then each other one as it is opened, before it is
   * handed out. Never errors; completes when `close()` resolves.
   */
  readonly pools$: Observable<McpPool>;
  /** Each pool, those that are being closed included. */
  list(): readonly McpPoolView[];
  /** The pools themselves, in the order of `list()`: for whoever watches them, `serveDashboard` for one. */
  pools(): readonly McpPool[];
  /** Closes all pools, as `pool.close()` does; resolves when the last is closed. A second call gets the same promise. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A family of pools: one for each server, principal and environment, opened when it is first used and closed when it has
 * not been used for long. Throws a `TypeError` or `RangeError` for bad options.
 */
export function createMcpPoolFamily<Principal, Request = McpRequest>(
  options: McpPoolFamilyOptions<Principal, Request>,
): McpPoolFamily<Principal, Request> {
  return new Family(resolve(options));
}

class Family<Principal, Request> implements McpPoolFamily<Principal, Request> {
  readonly name: string;
  readonly metrics$: Observable<McpPoolFamilyMetrics>;
  readonly pools$: Observable<McpPool>;
  readonly #pools: PoolFamily<Principal, Request, MemberPool>;

  constructor(options: FamilyOptions<Principal, Request, MemberPool>) {
    this.name = options.name;
    this.#pools = new PoolFamily(options);
    this.metrics$ = this.#pools.metrics$;
    this.pools$ = this.#pools.pools$;
  }

  get size(): number {
    return this.#pools.size;
  }

  get metrics(): McpPoolFamilyMetrics {
    return this.#pools.metrics;
  }

  for(principal: Principal, request?: Request): McpPool {
    return this.#pools.for(principal, request);
  }

  client(principal: Principal, request?: Request): McpClient {
    return clientBy(() => this.for(principal, request).client);
  }

  async use<T>(
    principal: Principal,
    work: Work<McpConnection, T>,
    options?: McpPoolFamilyUseOptions<Request>,
  ): Promise<T> {
    // Asked for and checked out in one tick: nothing can close the pool in between.
    return this.for(principal, options?.request).use(work, options);
  }

  list(): readonly McpPoolView[] {
    const now = performance.now();
    return this.#pools.members.map((member) => ({
      name: member.pool.name,
      status: member.closed === undefined ? 'open' : 'closing',
      openedAt: member.openedAt,
      idleSince: member.idleSince(now) ?? null,
      metrics: member.pool.metrics,
    }));
  }

  pools(): readonly McpPool[] {
    return this.#pools.members.map(({ pool }) => pool);
  }

  close(options?: { readonly timeoutMs?: number }): Promise<void> {
    return this.#pools.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A pool of a family, which it leaves before anybody is told that it is being closed. */
class MemberPool extends ReactiveMcpPool {
  readonly #closing: ClosePool;

  constructor(options: McpPoolOptions, closing: ClosePool) {
    super(options);
    this.#closing = closing;
  }

  override close(options?: CloseOptions): Promise<void> {
    return this.#closing(() => super.close(options), options);
  }
}

function resolve<Principal, Request>(
  options: McpPoolFamilyOptions<Principal, Request>,
): FamilyOptions<Principal, Request, MemberPool> {
  checkObject('options', options);
  checkKnown('createMcpPoolFamily', options, familyNames, { max: 'maxPools' });
  for (const name of ['key', 'options'] as const) {
    if (typeof options[name] !== 'function') throw new TypeError(`${name} must be a function`);
  }
  const { name = 'pools', maxPools = 100, idleTimeoutMs = 300_000, metricsWindowMs = 1000 } = options;
  if (typeof name !== 'string') throw new TypeError('name must be a string');
  return {
    name,
    maxPools: count('maxPools', maxPools, 1),
    idleTimeoutMs: duration('idleTimeoutMs', idleTimeoutMs),
    metricsWindowMs: duration('metricsWindowMs', metricsWindowMs),
    key: (principal, request) => keyOf(options, principal, request),
    prepare: (principal, request, poolName, key) => {
      const given = options.options(principal, request);
      checkObject('what options returns', given);
      const clientOptions = keptApart(key, given.clientOptions);
      const apart = { ...given, ...(clientOptions && { clientOptions }) };
      const own = { ...apart, minSize: given.minSize ?? 1, name: given.name ?? poolName };
      return (closing) => new MemberPool(own, closing);
    },
  };
}

function keyOf<Principal, Request>(
  options: McpPoolFamilyOptions<Principal, Request>,
  principal: Principal,
  request: Request | undefined,
): string {
  const key: unknown = asked(options, principal, request);
  if (typeof key !== 'string') throw new TypeError(`key must return a string, not ${kindOf(key)}`);
  // All who have no name would share one pool.
  if (key === '') throw new TypeError('key must not return an empty string');
  return key;
}

function asked<Principal, Request>(
  options: McpPoolFamilyOptions<Principal, Request>,
  principal: Principal,
  request: Request | undefined,
): unknown {
  try {
    return options.key(principal, request);
  } catch (cause) {
    throw new TypeError('key must return a string, and it threw', { cause });
  }
}

const familyNames: OptionNames<McpPoolFamilyOptions<unknown, unknown>> = {
  key: true,
  options: true,
  name: true,
  maxPools: true,
  idleTimeoutMs: true,
  metricsWindowMs: true,
};
