import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '../../lib/index.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

async function* opening(afterMs: number, ended: string[]) {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  try {
    yield 'connection';
    await new Promise(() => undefined);
  } finally {
    ended.push('generator');
  }
}

it('I10 a connection that a generator yields after its timeout is closed, and the generator ended', async () => {
  const ended: string[] = [];
  const pool = createPool({
    connect: () => opening(800, ended),
    close: () => void ended.push('connection'),
    minSize: 1,
    maxSize: 1,
    connectTimeoutMs: 500,
    connectBackoff: { minMs: 60_000, maxMs: 60_000 },
    seed: 1,
  });
  await elapse(799);
  expect([ended, pool.state.connectFailures]).toEqual([[], 1]);
  await elapse(1);
  expect(ended).toEqual(['connection', 'generator']);
  await pool.close();
});
