import { isObservable } from 'rxjs';
import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import { resolveBackoff, resolveLifetime } from './duration-ranges.ts';
import { CLOSE_TIMEOUT_MS, checkObject, count, duration, sum } from '../base/durations.ts';
import type { Opened } from '../events/pool-event.ts';
import { disciplineOf, restOf, verdictOf } from './safe-callbacks.ts';
import { checkPoolOptionNames } from './option-names.ts';
import { checkStrategy } from '../strategies/check-strategy.ts';
import { roundRobin } from '../strategies/round-robin.ts';
import { type Strategy, isBuiltIn } from '../strategies/strategy.ts';
import { jitterOf } from '../base/jitter.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';
import type { SupplyOptions } from '../supply/supply-parts.ts';
import { isTimeoutError } from '../base/thrown.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { PoolOptions } from './pool-options.ts';

/** The options of a pool with all defaults filled in. */
export interface ResolvedOptions<C> extends SupplyOptions<C> {
  readonly strategy: Strategy;
  readonly queue: QueueDiscipline | undefined;
  readonly checkoutTimeoutMs: number;
  readonly firstCheckoutTimeoutMs: number;
  readonly metricsWindowMs: number;
  readonly leakAfterMs: number;
  /** Whether an error thrown by work on a connection means that the connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** Whether an error thrown by work on a connection means that the connection is unusable. */
  readonly isBroken: (error: unknown) => boolean;
  /** The pause that an error thrown by work asks for, in milliseconds; 0 for none. */
  readonly restMs: (error: unknown) => number;
  /** The fields of the first event. */
  readonly opened: Omit<Opened, 'type' | 'at' | 'version'>;
}

/** Checks the options and fills in the defaults. Throws a `TypeError` or `RangeError` for invalid ones. */
export function resolveOptions<C, E extends Endpoint = never>(options: PoolOptions<C, E>): ResolvedOptions<C> {
  checkObject('options', options);
  checkPoolOptionNames(options);
  checkFunctions(options);
  const strategy = options.strategy ?? roundRobin();
  checkStrategy(strategy);
  const opened = resolveOpened(options, strategy);
  const checkoutTimeoutMs = duration('checkoutTimeoutMs', options.checkoutTimeoutMs ?? 5000);
  const connectTimeoutMs = duration('connectTimeoutMs', options.connectTimeoutMs ?? 10_000);
  const isSlowAtFirst = options.isSlowAtFirst === true && options.checkoutTimeoutMs === undefined;
  return {
    connector: options,
    strategy,
    queue: options.queue && disciplineOf(options.queue),
    opened,
    checkoutTimeoutMs,
    firstCheckoutTimeoutMs: isSlowAtFirst ? sum(connectTimeoutMs, checkoutTimeoutMs) : checkoutTimeoutMs,
    maxConnecting: count('maxConnecting', options.maxConnecting ?? 4, 1),
    maxUses: options.maxUses === undefined ? 0 : count('maxUses', options.maxUses, 1),
    connectTimeoutMs,
    connectBackoff: resolveBackoff(options.connectBackoff),
    healthCheckIntervalMs: duration('healthCheckIntervalMs', options.healthCheckIntervalMs ?? 5000),
    healthCheckTimeoutMs: duration('healthCheckTimeoutMs', options.healthCheckTimeoutMs ?? 2000),
    pinIdleMs: options.pinIdleMs === undefined ? undefined : duration('pinIdleMs', options.pinIdleMs),
    idleTimeoutMs: duration('idleTimeoutMs', options.idleTimeoutMs ?? 60_000),
    maxLifetimeMs: resolveLifetime(options.maxLifetimeMs),
    leakAfterMs: duration('leakAfterMs', options.leakAfterMs ?? 0),
    isPermanent: verdictOf(options.isPermanent?.bind(options) ?? never),
    endpoints$: options.endpoints$,
    allowance: options.allowance,
    endpointBackoff: resolveBackoff(options.endpointBackoff, { minMs: 1000, maxMs: 60_000 }, 'endpointBackoff'),
    restMs: restOf(options.restMs?.bind(options)),
    isBroken: verdictOf(options.isBroken?.bind(options) ?? never),
    isTimeout: verdictOf(options.isTimeout?.bind(options) ?? isTimeoutError),
    random: jitterOf(opened.seed),
    closeTimeoutMs: duration('closeTimeoutMs', options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS),
    metricsWindowMs: duration('metricsWindowMs', options.metricsWindowMs ?? 1000),
  };
}

const FUNCTIONS = [
  'connect',
  'warm',
  'close',
  'down',
  'check',
  'notices',
  'describe',
  'quarantine',
  'isPermanent',
  'isTimeout',
  'isBroken',
  'restMs',
  'strategy',
  'queue',
] as const satisfies readonly (keyof PoolOptions<unknown>)[];

function checkFunctions(options: object): void {
  for (const name of FUNCTIONS) {
    const value: unknown = Reflect.get(options, name);
    const isLeftOut = value === undefined && name !== 'connect';
    if (!isLeftOut && typeof value !== 'function') throw new TypeError(`${name} must be a function`);
  }
  const list: unknown = Reflect.get(options, 'endpoints$');
  if (list !== undefined && !isObservable(list)) throw new TypeError('endpoints$ must be an Observable');
  const port: unknown = Reflect.get(options, 'allowance');
  if (port !== undefined && typeof Reflect.get(Object(port) as object, 'open') !== 'function')
    throw new TypeError('allowance must be made by sharedAllowance(), or have a function open');
  const name: unknown = Reflect.get(options, 'name');
  if (name !== undefined && typeof name !== 'string') throw new TypeError('name must be a string');
}

function resolveOpened(
  options: PoolOptions<unknown, Endpoint>,
  strategy: Strategy,
): ResolvedOptions<unknown>['opened'] {
  const least = options.minSize === undefined ? 0 : count('minSize', options.minSize, 0);
  const maxSize = count('maxSize', options.maxSize ?? Math.max(1000, least), 1);
  const minSize = options.minSize ?? Math.min(10, maxSize);
  if (minSize > maxSize) throw new RangeError(`minSize (${minSize}) must not be above maxSize (${maxSize})`);
  return {
    name: options.name ?? 'pool',
    strategy: isBuiltIn(strategy) ? strategy.strategyName : 'custom',
    minSize,
    maxSize,
    maxLeasesPerConnection: count('maxLeasesPerConnection', options.maxLeasesPerConnection ?? 1, 1),
    unhealthyAfter: count('unhealthyAfter', options.unhealthyAfter ?? 1, 1),
    maxWaiting: count('maxWaiting', options.maxWaiting ?? 10_000, 0),
    ...(options.endpoints$ === undefined ? {} : { hasEndpoints: true }),
    ...(options.pinIdleMs === undefined ? {} : { hasPins: true }),
    ...(options.allowance === undefined ? {} : { hasAllowance: true }),
    ...latencyDecayOf(strategy),
    seed: seedOf(options.seed),
  };
}

function latencyDecayOf(strategy: Strategy): Pick<Opened, 'latencyDecayMs'> {
  return isBuiltIn(strategy) && strategy.latencyDecayMs > 0 ? { latencyDecayMs: strategy.latencyDecayMs } : {};
}

function never(): boolean {
  return false;
}

function seedOf(seed = Math.floor(Math.random() * 2 ** 32)): number {
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be a whole number, not ${String(seed)}`);
  return seed | 0;
}

/** Throws a `TypeError` or `RangeError` for an invalid argument of `resize`. @internal */
export function checkSize(size: number, { minSize, maxSize }: Pick<PoolState, 'minSize' | 'maxSize'>): void {
  count('size', size, 0);
  if (size < minSize || size > maxSize) {
    throw new RangeError(`size must be between minSize (${minSize}) and maxSize (${maxSize}), not ${size}`);
  }
}

/**
 * Whether nothing but the strategy decides who gets which connection, and nothing has connections retired after a lease.
 *
 * @internal
 */
export function isPlain<C>(options: ResolvedOptions<C>): boolean {
  const { queue, leakAfterMs, pinIdleMs, maxUses, opened } = options;
  const isEnded = maxUses > 0 || opened.hasEndpoints === true;
  return queue === undefined && leakAfterMs === 0 && pinIdleMs === undefined && !isEnded;
}
