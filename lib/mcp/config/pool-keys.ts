import { count } from '../../base/durations.ts';
import { type OptionNames, didYouMean, nearest, unknownNames } from '../../base/known-options.ts';
import { strategiesByName } from '../../strategies/by-name.ts';
import type { Strategy } from '../../strategies/strategy.ts';
import { foreignNames, poolOptionsIn } from '../../pool/option-names.ts';
import { resolveOptions } from '../../pool/resolve-options.ts';
import { resolveSharing } from '../connection/sharing.ts';
import { type McpPoolOptions, resolveMcpOptions } from '../mcp-pool-options.ts';
import { resolveRetry } from '../requests/retry.ts';
import type { ServedPoolOptions } from './auto-sharing.ts';
import { type Fields, kindIn } from './fields.ts';

/** What only a file says. */
interface FileKeys {
  /** Servers keep state for a connection, so that each session needs one of its own. */
  readonly stateful?: boolean;
  /** See `ReadyServer`. */
  readonly cap?: number;
}

/** The options of `createMcpPool` that a file can hold. */
type FileOptions = Pick<
  ServedPoolOptions,
  | ('name' | 'minSize' | 'maxSize' | 'strategy' | 'maxLeasesPerConnection' | 'maxWaiting' | 'checkoutTimeoutMs')
  | ('maxConnecting' | 'connectTimeoutMs' | 'connectBackoff' | 'healthCheckIntervalMs' | 'healthCheckTimeoutMs')
  | ('unhealthyAfter' | 'maxUses' | 'idleTimeoutMs' | 'maxLifetimeMs' | 'leakAfterMs' | 'closeTimeoutMs')
  | ('metricsWindowMs' | 'seed' | 'era' | 'clientInfo' | 'sharing' | 'quarantineMs' | 'pool' | 'retry' | 'cache')
>;

const names: OptionNames<FileOptions & FileKeys> = {
  name: true,
  minSize: true,
  maxSize: true,
  strategy: true,
  maxLeasesPerConnection: true,
  maxWaiting: true,
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
  era: true,
  clientInfo: true,
  sharing: true,
  quarantineMs: true,
  pool: true,
  retry: true,
  cache: true,
  stateful: true,
  cap: true,
};

/**
 * The state of a session that says nothing is kept for half an hour, in milliseconds: as long as a gateway keeps such a
 * session.
 */
const STATE_IDLE_MS = 1_800_000;

/** The keys of `pool` that are none of ours, each with the one that was most likely meant. */
export function warningsAboutPool(pool: Fields): readonly string[] {
  return unknownNames(pool, names, foreignNames).map(
    ({ name, meant }) => `unknown key pool.${name}${didYouMean(meant)}`,
  );
}

/** The options of the pool, with the strategy that a name stands for. Throws a `TypeError` for a name that there is not. */
export function poolOptionsOf(pool: Fields): FileOptions & Pick<McpPoolOptions, 'affinity' | 'pinIdleMs'> {
  const {
    strategy,
    stateful = false,
    cap,
    ...others
  } = Object.fromEntries(Object.entries(pool).filter(([name]) => Object.hasOwn(names, name)));
  if (others['sharing'] === 'pinned') {
    throw new TypeError(
      'pool.sharing pinned needs a function (affinity), which a file cannot hold; write stateful: true',
    );
  }
  if (typeof stateful !== 'boolean')
    throw new TypeError(`pool.stateful must be true or false, not ${kindIn(stateful)}`);
  if (stateful && others['sharing'] !== undefined) {
    throw new TypeError('pool.stateful and pool.sharing are two answers to one question: leave one out');
  }
  return {
    ...others,
    ...(strategy !== undefined && { strategy: strategyOf(strategy) }),
    ...(stateful && { sharing: 'pinned', affinity: byPrincipal, pinIdleMs: STATE_IDLE_MS }),
  };
}

/** What `ReadyServer` has as its `cap`. Throws a `TypeError` or `RangeError` for what is no whole number above 0. */
export function capOf({ cap }: Fields): number | undefined {
  return cap === undefined || cap === null ? undefined : count('pool.cap', cap as number, 1);
}

/** Sessions have keys of their own; whoever has none shares a connection with himself alone. */
function byPrincipal(_request: unknown, principal = ''): string {
  return principal;
}

function strategyOf(name: unknown): Strategy {
  if (typeof name !== 'string') throw new TypeError(`pool.strategy must be a name, not ${kindIn(name)}`);
  const all = Object.keys(strategiesByName);
  const make = Object.hasOwn(strategiesByName, name) ? strategiesByName[name] : undefined;
  if (make !== undefined) return make();
  throw new TypeError(`there is no strategy ${name}${didYouMean(nearest(name, all))}; there are: ${all.join(', ')}`);
}

/** Throws where `createMcpPool` would, as far as that can be known without opening a pool. */
export function checkPoolOptions(options: McpPoolOptions): void {
  try {
    const resolved = resolveMcpOptions(options);
    resolveSharing(resolved);
    if (options.retry !== undefined && options.retry !== false) resolveRetry(options.retry);
    resolveOptions(poolOptionsIn({ ...resolved, connect: () => [] }));
  } catch (error) {
    throw new TypeError(`pool: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
