import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Pool, createPool } from '../../lib/index.ts';
import { outcomeOf } from '../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

interface Attempt {
  readonly signal: AbortSignal;
  answer(): void;
  refuse(error: Error): void;
}

function promising(): { pool: Pool<number>; attempts: Attempt[]; closed: number[] } {
  const attempts: Attempt[] = [];
  const closed: number[] = [];
  const connect = ({ id, signal }: { id: number; signal: AbortSignal }) =>
    new Promise<number>((resolve, reject) => {
      const answer = () => {
        resolve(id);
      };
      attempts.push({ signal, answer, refuse: reject });
    });
  const pool = createPool<number>({
    connect,
    close: (connection) => void closed.push(connection),
    minSize: 1,
    maxSize: 1,
    connectTimeoutMs: 500,
    connectBackoff: { maxMs: 100 },
  });
  return { pool, attempts, closed };
}

it('I10 a connection that comes after its timeout is closed and never leased', async () => {
  const { pool, attempts, closed } = promising();
  const waiter = outcomeOf(pool.checkout());
  await elapse(500);
  expect(attempts[0]?.signal.aborted).toBe(true);
  attempts[0]?.answer();
  await settle();
  expect(closed).toEqual([1]);
  expect(waiter.values).toBe(0);
  await elapse(100);
  attempts[1]?.answer();
  await settle();
  expect(waiter.value?.connection).toBe(2);
  expect(pool.state.size).toBe(1);
});

it('I12 close() waits for one that is under way, and closes it', async () => {
  const { pool, attempts, closed } = promising();
  await settle();
  const closing = pool.close();
  expect(attempts[0]?.signal.aborted).toBe(true);
  await settle();
  expect(pool.state).toMatchObject({ phase: 'draining', size: 1 });
  attempts[0]?.answer();
  await closing;
  expect(closed).toEqual([1]);
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
  expect(vi.getTimerCount()).toBe(0);
});

it('I12 close() waits no longer than closeTimeoutMs for one that never comes', async () => {
  const { pool, attempts, closed } = promising();
  await settle();
  const closing = pool.close();
  await elapse(1999);
  expect(pool.state.phase).toBe('draining');
  await elapse(1);
  await closing;
  attempts[0]?.answer();
  await settle();
  expect(closed).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('I12 close() resolves at once when the connect under way is refused', async () => {
  const { pool, attempts } = promising();
  await settle();
  const closing = pool.close();
  attempts[0]?.refuse(new Error('aborted'));
  await closing;
  expect(pool.state).toMatchObject({ phase: 'closed', size: 0 });
});

it('I16 one that fails after its timeout is no unhandled rejection', async () => {
  const { pool, attempts } = promising();
  await elapse(500);
  attempts[0]?.refuse(new Error('too late'));
  await settle();
  expect(pool.state.connectFailures).toBe(1);
  const closing = pool.close();
  attempts[1]?.refuse(new Error('aborted'));
  await closing;
});
