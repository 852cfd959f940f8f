import { type ForeignNames, type OptionNames, checkKnown } from '../base/known-options.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';
import type { PoolOptions } from './pool-options.ts';

/** The options of `createPool`. */
export const poolOptionNames: OptionNames<PoolOptions<unknown, Endpoint>> = {
  connect: true,
  warm: true,
  close: true,
  down: true,
  check: true,
  notices: true,
  describe: true,
  quarantine: true,
  isPermanent: true,
  isTimeout: true,
  isBroken: true,
  restMs: true,
  lend: true,
  isAnswer: true,
  saidSoFar: true,
  isSlowAtFirst: true,
  endpoints$: true,
  endpointBackoff: true,
  name: true,
  minSize: true,
  maxSize: true,
  allowance: true,
  strategy: true,
  maxLeasesPerConnection: true,
  maxWaiting: true,
  queue: true,
  checkoutTimeoutMs: true,
  maxConnecting: true,
  connectTimeoutMs: true,
  connectBackoff: true,
  healthCheckIntervalMs: true,
  healthCheckTimeoutMs: true,
  unhealthyAfter: true,
  maxUses: true,
  idleTimeoutMs: true,
  maxLifetimeMs: true,
  leakAfterMs: true,
  closeTimeoutMs: true,
  metricsWindowMs: true,
  seed: true,
  pinIdleMs: true,
};

/**
 * The option names of generic-pool, tarn, node-postgres, mysql2, lightning-pool, undici and the Erlang pool that this
 * one descends from, each with our name for the option.
 */
export const foreignNames: ForeignNames = {
  max: 'maxSize',
  min: 'minSize',
  size: 'maxSize',
  poolSize: 'maxSize',
  connections: 'maxSize',
  connectionLimit: 'maxSize',
  maxPoolSize: 'maxSize',
  minPoolSize: 'minSize',
  pool_max_size: 'maxSize',
  pool_min_size: 'minSize',
  pool_name: 'name',
  pool_strategy: 'strategy',
  create: 'connect',
  factory: 'connect',
  destroy: 'close',
  validate: 'check',
  validator: 'check',
  reset: 'quarantine',
  acquireTimeout: 'checkoutTimeoutMs',
  acquireTimeoutMillis: 'checkoutTimeoutMs',
  acquireTimeoutMs: 'checkoutTimeoutMs',
  waitTimeout: 'checkoutTimeoutMs',
  connectionTimeoutMillis: 'checkoutTimeoutMs',
  createTimeoutMillis: 'connectTimeoutMs',
  createRetryIntervalMillis: 'connectBackoff',
  connectTimeout: 'connectTimeoutMs',
  destroyTimeoutMillis: 'closeTimeoutMs',
  idleTimeoutMillis: 'idleTimeoutMs',
  idleTimeout: 'idleTimeoutMs',
  softIdleTimeoutMillis: 'idleTimeoutMs',
  evictionRunIntervalMillis: 'idleTimeoutMs',
  reapIntervalMillis: 'idleTimeoutMs',
  maxLifetimeSeconds: 'maxLifetimeMs',
  maxLifetime: 'maxLifetimeMs',
  maxQueue: 'maxWaiting',
  queueLimit: 'maxWaiting',
  queueSize: 'maxWaiting',
  maxWaitingClients: 'maxWaiting',
  maxRequests: 'maxUses',
  testOnBorrow: 'healthCheckIntervalMs',
  testOnReturn: 'healthCheckIntervalMs',
};

/** Throws a `TypeError` for an unknown option of `createPool`. */
export function checkPoolOptionNames(options: object): void {
  checkKnown('createPool', options, poolOptionNames, foreignNames);
}

/** The options of `createPool` among the given ones. @internal */
export function poolOptionsIn<O extends object>(options: O): Pick<O, keyof O & keyof PoolOptions<unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(poolOptionNames, name))) as Pick<
    O,
    keyof O & keyof PoolOptions<unknown>
  >;
}
