import { afterEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pool, createPool } from '../../lib/index.ts';
import { codeOf } from '../support/outcome.ts';

let pool: Pool<object>;
let connects = 0;

const failing = (options = {}) => {
  connects = 0;
  const connect = () => {
    connects++;
    throw new Error('no such command');
  };
  pool = createPool<object>({ connect, minSize: 10, maxSize: 100, ...options });
  return pool;
};

afterEach(() => pool.close());

describe('a factory that fails synchronously and always', () => {
  it('leaves the event loop to others: timers are on time', async () => {
    failing();
    for (let i = 0; i < 200; i++) pool.checkout().subscribe({ error: () => undefined });
    const before = performance.now();
    for (let i = 0; i < 20; i++) await sleep(1);
    expect(performance.now() - before).toBeLessThan(250);
    expect(connects).toBeLessThan(10);
  });

  it('is called a handful of times in the first second, however many ask', async () => {
    failing({ checkoutTimeoutMs: 700 });
    const until = performance.now() + 1000;
    const asked: Promise<unknown>[] = [];
    while (performance.now() < until) {
      for (let i = 0; i < 5; i++) asked.push(pool.use(() => [1]).catch(codeOf));
      await sleep(10);
    }
    expect(connects).toBeLessThan(25);
    const codes = new Set(await Promise.all(asked));
    for (const code of codes) expect(code).toMatch(/POOL_CHECKOUT_TIMEOUT|POOL_CONNECT_FAILED/);
  });
});
