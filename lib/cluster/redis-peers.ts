import { createHash } from 'node:crypto';
import { Observable, distinctUntilChanged } from 'rxjs';
import { checkObject, duration } from '../base/durations.ts';
import { type OptionNames, checkKnown } from '../base/known-options.ts';
import { type RedisClient, type Script, runScripts } from './redis-client.ts';

/** Under which name nodes know of each other, and where this one is. */
export interface RedisPeersOptions {
  /** A client that you have connected: one of the package `redis`, or of `ioredis`. You close it. */
  readonly redis: RedisClient;
  /** What all nodes of one gateway call it. */
  readonly name: string;
  /** Where the others reach this node: `http://10.0.0.1:3100`. */
  readonly url: string;
  /** How long a node stays in the list that is not heard of, in milliseconds; each is heard of four times within. 10 000. */
  readonly ttlMs?: number;
  /** Told when Redis cannot be asked, once until it can be again; the list stays as it is. */
  readonly onError?: (error: unknown) => void;
}

const names: OptionNames<RedisPeersOptions> = { redis: true, name: true, url: true, ttlMs: true, onError: true };

/** KEYS: node -> when it is forgotten, by Redis' own clock. ARGV: the node, how long it stays; 0: it leaves. */
const LUA = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[2] == '0' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, -1)
`;

const SCRIPT: Script = { text: LUA, sha1: createHash('sha1').update(LUA).digest('hex') };

/**
 * The nodes that there are, by Redis: for `replicas: { peers$ }` of a gateway. While it is subscribed this node is among them; it
 * leaves when that ends, and is forgotten after `ttlMs` where it dies.
 *
 * Emits the other nodes as Redis knows them first, and whenever that has changed. Never errors or completes: while Redis cannot
 * be asked, what it has said last counts. Throws a `TypeError` or `RangeError` for options that make no sense.
 */
export function redisPeers(options: RedisPeersOptions): Observable<readonly string[]> {
  checkObject('the options of redisPeers', options);
  checkKnown('redisPeers', options, names);
  const { redis, name, url, ttlMs = 10_000, onError } = options;
  if (typeof name !== 'string' || name === '' || /[{}]/.test(name))
    throw new TypeError('name must be a text without braces');
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
    throw new TypeError(`url must be one such as http://10.0.0.1:3100, not ${url}`);
  }
  if (duration('ttlMs', ttlMs) < 100) throw new RangeError(`ttlMs must be at least 100 ms, not ${ttlMs}`);
  const run = runScripts(redis);
  const stay = async (forMs: number): Promise<readonly string[]> => {
    const listed = await run(SCRIPT, [`{${name}}:nodes`], [url, String(forMs)]);
    return (listed as readonly unknown[])
      .map(String)
      .filter((node) => node !== url)
      .sort();
  };
  return new Observable<readonly string[]>((subscriber) => {
    let isAway = false;
    const ask = (): void => {
      stay(Math.ceil(ttlMs)).then(
        (nodes) => {
          isAway = false;
          subscriber.next(nodes);
        },
        (error: unknown) => {
          if (!isAway && !subscriber.closed) onError?.(error);
          isAway = true;
        },
      );
    };
    ask();
    const timer = setInterval(ask, ttlMs / 4);
    return () => {
      clearInterval(timer);
      // Where it cannot say so, it is forgotten in time.
      stay(0).catch(() => undefined);
    };
  }).pipe(distinctUntilChanged((before, now) => before.join('\n') === now.join('\n')));
}
