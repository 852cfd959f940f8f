import { type Observable, isObservable } from 'rxjs';
import type { QueueDiscipline } from '../checkout/queue/codel.ts';
import { resolveBackoff, resolveLifetime } from './duration-ranges.ts';
import { checkObject, count, duration, sum } from '../base/durations.ts';
import { isTimeoutError } from '../errors.ts';
import type { Opened } from '../events/pool-event.ts';
import { disciplineOf, restOf, verdictOf } from './safe-callbacks.ts';
import { checkPoolOptionNames } from './option-names.ts';
import { checkStrategy } from '../strategies/check-strategy.ts';
import { roundRobin } from '../strategies/round-robin.ts';
import { type Strategy, isBuiltIn } from '../strategies/strategy.ts';
import type { BackoffOptions } from '../supply/circuit-breaker.ts';
import { jitterOf } from '../base/jitter.ts';
import type { Connector } from '../supply/connector.ts';
import type { Endpoint } from '../supply/endpoints/endpoint.ts';
import type { SupplyOptions } from '../supply/supply-parts.ts';

/** Durations are in milliseconds: left out means the default, 0 or `Infinity` means off. */
export interface PoolOptions<C, E extends Endpoint = never> extends Connector<C, E> {
  /**
   * Where connections go to, as a list that may change; `connect` is told which. Connections are spread over them. What
   * leaves the list drains; while it is empty everybody waits. When it errors or completes the last list stays.
   */
  readonly endpoints$?: Observable<readonly E[]>;
  /** For how long an endpoint that fails three times in a row is set aside, doubled each time: 1 s up to 60 s. */
  readonly endpointBackoff?: Partial<BackoffOptions>;
  /** For events, errors and exporters; `pool` when left out. */
  readonly name?: string;
  /** Opened at start and kept, 10 or `maxSize` if that is less. */
  readonly minSize?: number;
  /** Never exceeded, 1000 or `minSize` if that is more. */
  readonly maxSize?: number;
  /** Who serves next; `roundRobin()` when left out. */
  readonly strategy?: Strategy;
  /** Leases of one connection at once, 1; more is multiplexing. */
  readonly maxLeasesPerConnection?: number;
  /** Waiters at most, 10 000; further checkouts fail with `POOL_OVERLOADED`. */
  readonly maxWaiting?: number;
  /** Whom to shed under lasting overload, `codel()`; without it all wait until their time is up. */
  readonly queue?: QueueDiscipline;
  /** How long a checkout waits, 5000. */
  readonly checkoutTimeoutMs?: number;
  /**
   * Whether the first connect may take far longer than those after it: until one has come up whoever waits has the time of
   * a connect besides, where nobody has said how long a checkout may wait.
   *
   * @internal
   */
  readonly isSlowAtFirst?: boolean;
  /** Connects under way at once, 4. */
  readonly maxConnecting?: number;
  /** From `connect` to the end of `warm`, 10 000. */
  readonly connectTimeoutMs?: number;
  /** The delay after a failed connect, with full jitter, for the pool as a whole: 100 ms up to 30 s. */
  readonly connectBackoff?: Partial<BackoffOptions>;
  /** Each idle connection is checked once an interval, 5000. */
  readonly healthCheckIntervalMs?: number;
  /** How long a check may take, 2000. */
  readonly healthCheckTimeoutMs?: number;
  /** Failed checks in a row that make a connection unhealthy, 1; after 3 it is replaced. */
  readonly unhealthyAfter?: number;
  /** Leases after which a connection is replaced; without it never. */
  readonly maxUses?: number;
  /** As many connections above the floor are closed as were idle throughout the last so many milliseconds, 60 000. */
  readonly idleTimeoutMs?: number;
  /**
   * The age at which a connection is replaced, drawn for each out of a range: [1 500 000, 1 800 000]. One number n stands
   * for [0.9 n, n].
   */
  readonly maxLifetimeMs?: number | readonly [minMs: number, maxMs: number];
  /** A lease held for longer is reported by the event `leak`, with the stack of its checkout; off. */
  readonly leakAfterMs?: number;
  /**
   * How long closing one connection may take before it is dropped, 2000; and how long one that was given back may be kept
   * from others: by its quarantine, or by work that goes on though whoever asked for it has left.
   */
  readonly closeTimeoutMs?: number;
  /** The window of the latencies in the metrics, 1000; off: one window from the subscription to the end. */
  readonly metricsWindowMs?: number;
  /** Where randomness starts, a whole number; drawn when left out. The same seed and log make the same choices. */
  readonly seed?: number;
  /**
   * Keeps each connection for the `key` of its first checkout, and closes it when that was not used for so many
   * milliseconds; a checkout without a key takes one that is nobody's. @internal
   */
  readonly pinIdleMs?: number;
}

/** Options with everything filled in. */
export interface ResolvedOptions<C> extends SupplyOptions<C> {
  readonly strategy: Strategy;
  readonly queue: QueueDiscipline | undefined;
  readonly checkoutTimeoutMs: number;
  readonly firstCheckoutTimeoutMs: number;
  readonly metricsWindowMs: number;
  readonly leakAfterMs: number;
  /** Whether the error of a piece of work means that its connection did not answer in time. */
  readonly isTimeout: (error: unknown) => boolean;
  /** Whether the error of a piece of work says that its connection is of no more use. */
  readonly isBroken: (error: unknown) => boolean;
  /** For how many milliseconds the error of a piece of work asks not to be bothered; 0 for not at all. */
  readonly restMs: (error: unknown) => number;
  /** What the reducer has to know. */
  readonly opened: Omit<Opened, 'type' | 'at' | 'version'>;
}

/** Fills in the defaults; throws a `TypeError` or `RangeError` for what makes no sense. */
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
    endpointBackoff: resolveBackoff(options.endpointBackoff, { minMs: 1000, maxMs: 60_000 }, 'endpointBackoff'),
    restMs: restOf(options.restMs?.bind(options)),
    isBroken: verdictOf(options.isBroken?.bind(options) ?? never),
    isTimeout: verdictOf(options.isTimeout?.bind(options) ?? isTimeoutError),
    random: jitterOf(opened.seed),
    closeTimeoutMs: duration('closeTimeoutMs', options.closeTimeoutMs ?? 2000),
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
