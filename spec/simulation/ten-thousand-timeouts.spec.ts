import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Audit } from '../support/audit/audit.ts';
import { newFakePool } from '../support/fake-pool.ts';
import { codeOf, outcomeOf } from '../support/outcome.ts';
import { seeded } from '../support/seeded.ts';
import { pass, rest, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('I4 ten thousand checkouts of any length and priority time out while connecting hangs, and none is left', async () => {
  const options = { minSize: 2, maxSize: 4, connectTimeoutMs: 90, maxWaiting: 10_000 };
  const { pool, log } = newFakePool(options, { connectMs: Infinity });
  const audit = new Audit(pool, log, { maxConnecting: 4, strategyServes: true });
  await rest();
  const below = seeded(1);
  const outcomes = Array.from({ length: 10_000 }, () => {
    const timeoutMs = 1 + below(80);
    const outcome = outcomeOf(pool.checkout({ timeoutMs, priority: below(3) }));
    return { timeoutMs, outcome };
  });
  await rest();
  audit.look();
  expect(pool.state.waiting).toBe(10_000);
  for (let now = 1; now <= 80; now++) {
    await pass(1);
    const late = outcomes.filter(({ timeoutMs, outcome }) => timeoutMs <= now !== (outcome.errors === 1));
    expect(late).toEqual([]);
  }
  audit.look();
  expect(pool.state).toMatchObject({ waiting: 0, failedCheckouts: 10_000 });
  expect(
    outcomes.every(({ outcome: { error, values } }) => values === 0 && codeOf(error) === 'POOL_CHECKOUT_TIMEOUT'),
  ).toBe(true);
  await pool.close();
  audit.end();
  expect(vi.getTimerCount()).toBe(0);
});
