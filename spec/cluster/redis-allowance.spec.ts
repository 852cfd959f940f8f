import { describe, expect, it, onTestFinished } from 'vitest';
import { type RedisAllowanceOptions, redisAllowance } from '../../lib/cluster/index.ts';
import { type Pool, createPool } from '../../lib/index.ts';
import { collect } from '../support/listen.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

/** A client of the package `redis` whose server grants what is wanted, until it is told otherwise. */
class ScriptedRedis {
  readonly calls: string[][] = [];
  readonly keys: string[][] = [];
  error: Error | undefined;
  isSilent = false;
  most = Infinity;

  evalSha(_: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
    this.keys.push(options.keys);
    this.calls.push(options.arguments);
    const [kind, , , , , , want = '0'] = options.arguments;
    if (this.isSilent) return new Promise(() => undefined);
    if (this.error !== undefined) return Promise.reject(this.error);
    const held = kind === 'leave' ? 0 : Math.min(this.most, Number(want));
    return Promise.resolve([1, held, 0, 2, kind === 'join' ? 1 : 0]);
  }

  eval(): Promise<unknown> {
    return Promise.reject(new Error('the script is known'));
  }

  get kinds(): (string | undefined)[] {
    return this.calls.map(([kind]) => kind);
  }
}

function inVirtualTime(): void {
  stopTime();
  onTestFinished(resumeTime);
}

function openPool(redis: ScriptedRedis, options: Partial<RedisAllowanceOptions> = {}): Pool<number> {
  const allowance = redisAllowance({ redis, name: 'search', cap: 10, ttlMs: 1000, ...options });
  return createPool({ connect: ({ id }) => [id], minSize: 0, maxSize: 10, allowance, name: 'tools' });
}

describe('a pool whose bound Redis keeps', () => {
  it('connects when it was granted, and tells by what right in state and metrics', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    expect(redis.calls).toEqual([]);
    await pool.use((id) => id);
    expect(pool.state).toMatchObject({ allowed: 1, allowedBy: 'granted', size: 1 });
    expect(pool.metrics).toMatchObject({ allowedConnections: 1 });
    expect(redis.keys[0]?.every((key) => key.startsWith('{search}:'))).toBe(true);
    expect(redis.calls[0]).toEqual(['join', expect.stringMatching(/^[\da-f-]{36}$/), '1', '1000', '10', '0', '1', '0']);
    await pool.close();
  });

  it('calls once in a quarter of the time, however much it is used', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    await pool.use((id) => id);
    const before = redis.calls.length;
    for (let i = 0; i < 400; i++) {
      for (let use = 0; use < 25; use++) await pool.use((id) => id);
      await elapse(10);
    }
    expect(pool.state.checkouts).toBe(10_001);
    // 4 seconds of 4 calls each.
    expect(redis.calls.length - before).toBe(16);
    await pool.close();
  });

  it('gives all back when it is closed, and says nothing after that', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    await pool.use((id) => id);
    await pool.close();
    expect(redis.kinds.at(-1)).toBe('leave');
    const { length } = redis.calls;
    await elapse(5000);
    expect(redis.calls).toHaveLength(length);
  });

  it('is closed although Redis cannot be asked', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    await pool.use((id) => id);
    redis.error = new Error('gone');
    await pool.close();
    await elapse(10);
    expect(redis.kinds.at(-1)).toBe('leave');
  });

  it('tells once that Redis cannot be asked, and why, and once more when its share ends', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    await Promise.all(Array.from({ length: 8 }, () => pool.use((id) => id)));
    await elapse(300);
    redis.error = new Error('connect ECONNREFUSED');
    const events = collect(pool.events$);
    await elapse(5000);
    redis.error = undefined;
    await elapse(500);
    const told = events.filter((event) => event.type === 'allowance').map(({ mode, error }) => [mode, error]);
    const why = 'connect ECONNREFUSED';
    expect(told).toEqual([
      ['held', why],
      ['shrunk', why],
      ['granted', undefined],
    ]);
    await pool.close();
  });

  it('asks one thing at a time, although no answer comes, and goes on when one does', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    const pool = openPool(redis);
    await pool.use((id) => id);
    redis.isSilent = true;
    const { length } = redis.calls;
    await elapse(10_000);
    expect(redis.calls).toHaveLength(length + 1);
    expect(pool.state).toMatchObject({ allowedBy: 'shrunk', allowed: 1 });
    await pool.close();
  });

  it('says of who waits what the cluster allows', async () => {
    inVirtualTime();
    const redis = new ScriptedRedis();
    redis.most = 1;
    const pool = openPool(redis, { cap: 200 });
    const lease = await pool.lease();
    const waiting = pool.lease();
    await elapse(300);
    const [waiter] = pool.state.waiters;
    expect(pool.why({ waiter: waiter?.id ?? 0 })?.because).toContain(
      '1 of 10 is allowed by the bound that it shares with other pools or machines',
    );
    lease.checkin();
    (await waiting).checkin();
    await pool.close();
  });
});

describe('the options', () => {
  const redis = new ScriptedRedis();
  const good = { redis, name: 'search', cap: 10 };

  it.each<[object, typeof Error, RegExp]>([
    [{ ...good, tttlMs: 5 }, TypeError, /unknown option tttlMs of redisAllowance \(did you mean ttlMs\?\)/],
    [{ ...good, limit: 5 }, TypeError, /did you mean cap/],
    [{ ...good, redis: {} }, TypeError, /redis must be a client/],
    [{ ...good, redis: undefined }, TypeError, /redis must be an object/],
    [{ ...good, name: '' }, TypeError, /name must be/],
    [{ ...good, name: 'a{b}' }, TypeError, /name must be/],
    [{ ...good, cap: 0 }, RangeError, /cap must be a whole number of at least 1/],
    [{ ...good, cap: '10' }, TypeError, /cap must be a number/],
    [{ ...good, ttlMs: 99 }, RangeError, /ttlMs must be at least 100 ms/],
    [{ ...good, ttlMs: Infinity }, RangeError, /ttlMs/],
    [{ ...good, onEngineDown: 'open' }, TypeError, /onEngineDown must be/],
    [{ ...good, onEngineDown: 'static' }, TypeError, /go together/],
    [{ ...good, expectedReplicas: 3 }, TypeError, /go together/],
    [{ ...good, bootstrapShare: 2 }, RangeError, /bootstrapShare/],
  ])('that make no sense are refused: %o', (options, kind, message) => {
    const make = (): unknown => redisAllowance(options as RedisAllowanceOptions);
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});
