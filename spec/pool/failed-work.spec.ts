import { NEVER, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { given } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const failure = new Error('broken pipe');
const failing = () => throwError(() => failure);
const one = { minSize: 1, maxSize: 1, healthCheckIntervalMs: 5000 };

describe('work that fails', () => {
  it('makes a check due at once', async () => {
    const { pool, server } = await fakePool(one);
    await expect(pool.use(failing)).rejects.toBe(failure);
    expect(server.connection(1).checks).toBe(1);
  });

  it('has a broken connection found out under steady traffic, and replaced', async () => {
    const { pool, server } = await fakePool(one);
    server.connection(1).health = 'bad';
    let failures = 0;
    const work = ({ id }: { readonly id: number }) => (id === 1 ? failing() : of('served'));
    const outcomes = [];
    for (let i = 0; i < 8; i++) {
      outcomes.push(
        pool.use(work).catch(() => {
          failures++;
        }),
      );
    }
    await elapse(100);
    expect(await Promise.all(outcomes)).toContain('served');
    expect(failures).toBeLessThanOrEqual(3);
    expect(server.connection(1).closes).toBe(1);
  });

  it('keeps whoever waits from a connection that failed three times in a row until it is checked', async () => {
    const { pool, server, log } = await fakePool(one);
    server.connection(1).health = 'silent';
    const uses = Array.from({ length: 4 }, () => pool.use(failing).catch(() => 'failed'));
    await settle();
    expect(log.filter(({ type }) => type === 'checkout')).toHaveLength(3);
    expect(pool.state).toMatchObject({ waiting: 1, idle: 1, unhealthy: 0 });
    expect(pool.why({ waiter: given([...pool.state.waiters][0]).id })?.because).toContain('being checked');
    expect(pool.why({ connection: 1 })?.because).toContain('being checked');
    await elapse(2000);
    expect(await Promise.all(uses)).toEqual(Array(4).fill('failed'));
  });

  it('says nothing against a connection whose next use goes well', async () => {
    const { pool, server } = await fakePool({ ...one, check: undefined as never, healthCheckIntervalMs: 0 });
    await expect(pool.use(failing)).rejects.toBe(failure);
    await expect(pool.use(() => of(1))).resolves.toBe(1);
    expect(server.connections).toHaveLength(1);
  });

  it('costs its connection where isBroken says so', async () => {
    const { pool, server, log } = await fakePool({ ...one, isBroken: (error) => error === failure });
    await expect(pool.use(failing)).rejects.toBe(failure);
    expect(log.find(({ type }) => type === 'retire')).toMatchObject({ connection: 1, reason: 'broken' });
    expect(server.connections.map(({ closes }) => closes)).toEqual([1, 0]);
    await expect(pool.use(() => throwError(() => new Error('other')))).rejects.toThrow('other');
    expect(server.connections).toHaveLength(2);
  });

  it('holds connecting back where connections break as soon as they are used', async () => {
    const { pool, log } = await fakePool({ ...one, isBroken: () => true });
    for (let i = 0; i < 3; i++) pool.use(failing).catch(() => undefined);
    await elapse(10);
    expect(log.some((event) => event.type === 'circuit' && event.circuit === 'open')).toBe(true);
  });

  it('counts a judgement that throws as no', async () => {
    const isBroken = () => {
      throw new Error('no idea');
    };
    const { pool, server } = await fakePool({ ...one, isBroken });
    await expect(pool.use(failing)).rejects.toBe(failure);
    expect(server.connections).toHaveLength(1);
  });
});

describe('a check that cannot be broken off', () => {
  it('keeps its connection from being leased until it ends, whoever asks', async () => {
    let answer: () => void = () => undefined;
    const check = () => new Promise<void>((resolve) => (answer = resolve));
    const { pool, log } = await fakePool({ ...one, check, healthCheckIntervalMs: 1000 });
    await elapse(1000);
    expect(log.at(-1)).toMatchObject({ type: 'checking', connection: 1 });
    expect(pool.tryCheckout()).toBeUndefined();
    const use = pool.use(() => 'served');
    await elapse(500);
    expect(pool.state).toMatchObject({ waiting: 1, idle: 1 });
    answer();
    await expect(use).resolves.toBe('served');
  });

  it('does so for healthCheckTimeoutMs at most', async () => {
    const check = () => new Promise<void>(() => undefined);
    const { pool } = await fakePool({
      ...one,
      check,
      maxSize: 2,
      healthCheckIntervalMs: 1000,
      healthCheckTimeoutMs: 300,
    });
    await elapse(1000);
    await elapse(300);
    expect(pool.state).toMatchObject({ unhealthy: 1, healthCheckFailures: 1 });
  });

  it('is none of an observable, which is broken off by a lease and has no outcome', async () => {
    const checks: string[] = [];
    const check = () => {
      checks.push('begun');
      return NEVER;
    };
    const { pool } = await fakePool({ ...one, check, healthCheckIntervalMs: 1000 });
    await elapse(1000);
    expect(checks).toHaveLength(1);
    given(pool.tryCheckout()).checkin();
    await elapse(900);
    expect(pool.state).toMatchObject({ healthCheckFailures: 0, idle: 1 });
  });
});
