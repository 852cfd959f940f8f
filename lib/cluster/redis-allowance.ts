import { randomUUID } from 'node:crypto';
import { checkObject, count, duration } from '../base/durations.ts';
import { type OptionNames, checkKnown } from '../base/known-options.ts';
import type { AllowancePort } from '../supply/sizing/allowance.ts';
import { scriptCalls } from './allowance-script.ts';
import { ClusterShare } from './cluster-share.ts';
import { Owner } from './owner.ts';
import { type RedisClient, runScripts } from './redis-client.ts';
import type { OnEngineDown, Terms } from './terms.ts';

/** What the pools of many processes agree on. All have to have the same, but for `redis`. */
export interface RedisAllowanceOptions {
  /** A client that you have connected: one of the package `redis`, or of `ioredis`. You close it, after the pools. */
  readonly redis: RedisClient;
  /** What the cap is about, such as the server that bears it. All pools of one name share one cap. */
  readonly name: string;
  /** How many connections there may be over all pools, those that are being opened or closed among them. */
  readonly cap: number;
  /**
   * How long the share of a pool stays that is not heard of, in milliseconds; 100 at least. A pool calls four times within it.
   * Default: 10 000.
   */
  readonly ttlMs?: number;
  /** What a pool does when Redis cannot be asked. Default: `'hold'`. */
  readonly onEngineDown?: OnEngineDown;
  /** How many pools there are expected to be; `onEngineDown: 'static'` needs it. */
  readonly expectedReplicas?: number;
  /** What a pool may have, with `onEngineDown: 'hold'`, that begins while Redis cannot be asked. Default: 1. */
  readonly bootstrapShare?: 0 | 1;
}

const names: OptionNames<RedisAllowanceOptions> = {
  redis: true,
  name: true,
  cap: true,
  ttlMs: true,
  onEngineDown: true,
  expectedReplicas: true,
  bootstrapShare: true,
};

const modes: ReadonlySet<unknown> = new Set<OnEngineDown>(['hold', 'static', 'closed']);

/**
 * A bound for pools of any number of processes and machines: Redis keeps it, and together they never have more than `cap`
 * connections while Redis can be asked. Give it to each pool as its `allowance`; one may be given to several pools, each of
 * which has a share of its own.
 *
 * No request waits for Redis: a pool asks once in a quarter of `ttlMs`, and when it could use more. What it is granted, by
 * what right, and why Redis cannot be asked, are events (`allowance`). Throws a `TypeError` or `RangeError` for options that
 * make no sense.
 */
export function redisAllowance(options: RedisAllowanceOptions): AllowancePort {
  checkObject('the options of redisAllowance', options);
  checkKnown('redisAllowance', options, names, { replicas: 'expectedReplicas', client: 'redis', limit: 'cap' });
  const terms = termsOf(options);
  const carryOut = scriptCalls(runScripts(options.redis), nameOf(options), terms);
  return { open: () => new ClusterShare(new Owner(randomUUID(), terms), carryOut) };
}

function termsOf(options: RedisAllowanceOptions): Terms {
  const { cap, ttlMs = 10_000, onEngineDown = 'hold', expectedReplicas, bootstrapShare = 1 } = options;
  if (!modes.has(onEngineDown))
    throw new TypeError(`onEngineDown must be 'hold', 'static' or 'closed', not ${JSON.stringify(onEngineDown)}`);
  if ((onEngineDown === 'static') !== (expectedReplicas !== undefined))
    throw new TypeError("onEngineDown: 'static' and expectedReplicas go together");
  if (![0, 1].includes(bootstrapShare))
    throw new RangeError(`bootstrapShare must be 0 or 1, not ${String(bootstrapShare)}`);
  if (duration('ttlMs', ttlMs) < 100) throw new RangeError(`ttlMs must be at least 100 ms, not ${ttlMs}`);
  return {
    cap: count('cap', cap, 1),
    ttlMs,
    onEngineDown,
    expectedReplicas: count('expectedReplicas', expectedReplicas ?? 1, 1),
    bootstrapShare,
  };
}

/** The name is the part of the keys that decides about their slot. */
function nameOf({ name }: RedisAllowanceOptions): string {
  if (typeof name !== 'string' || name === '' || /[{}]/.test(name))
    throw new TypeError(`name must be a text without braces, not ${JSON.stringify(name)}`);
  return name;
}
