import { NEVER, Observable, of } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** A server whose connections die so long after they are up; counts the connects. */
function crashing(diesAfterMs: number): { connects: () => number; options: Parameters<typeof createPool>[0] } {
  let connects = 0;
  const connect = () => {
    connects++;
    return of({});
  };
  const down = () =>
    new Observable((subscriber) => {
      const timer = setTimeout(() => {
        subscriber.error(new Error('crashed'));
      }, diesAfterMs);
      return () => {
        clearTimeout(timer);
      };
    });
  return { connects: () => connects, options: { connect, down, minSize: 3 } };
}

it.each([0, 1, 50, 900])('a connection that dies %d ms after it is up is not replaced without end', async (ms) => {
  const { connects, options } = crashing(ms);
  const pool = createPool(options);
  await elapse(60_000);
  expect(connects()).toBeGreaterThan(3);
  expect(connects()).toBeLessThan(60);
  await pool.close();
});

it('a connection that dies in the tick in which it is up does not spin', async () => {
  let connects = 0;
  const connect = () => {
    connects++;
    return of({});
  };
  const pool = createPool({ connect, down: () => of('dead'), minSize: 3 });
  await elapse(60_000);
  expect(connects).toBeLessThan(60);
  await pool.close();
});

it('a single young death is replaced at once', async () => {
  const { pool, server } = await fakePool({ minSize: 3 });
  server.kill(server.connection(2));
  await settle();
  expect(pool.state.idle).toBe(3);
});

it('a server that has recovered is connected to as ever', async () => {
  const { options } = crashing(1);
  let stable = false;
  const pool = createPool({ ...options, down: (c) => (stable ? NEVER : (options.down?.(c) ?? NEVER)) });
  await elapse(20_000);
  stable = true;
  await elapse(30_000);
  expect(pool.state.idle).toBe(3);
});
