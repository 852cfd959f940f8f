import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RetryBudget } from '../../../lib/mcp/requests/retry-budget.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** Retries until there is nothing left, and says how many those were. */
function spend(budget: RetryBudget): number {
  let retries = 0;
  while (budget.withdraw()) retries++;
  return retries;
}

describe('RetryBudget', () => {
  it('allows ten retries in 10 s without any traffic, and then as many again', () => {
    const budget = new RetryBudget();
    expect(spend(budget)).toBe(10);
    vi.advanceTimersByTime(9000);
    expect(spend(budget)).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(spend(budget)).toBe(10);
  });

  it('allows a tenth of the requests on top', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 1000; i++) budget.deposit();
    expect(spend(budget)).toBe(110);
  });

  it('forgets requests after 10 s, however long nothing has come since', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 1000; i++) budget.deposit();
    vi.advanceTimersByTime(1_000_000);
    expect(spend(budget)).toBe(10);
  });

  it('never lets retries exceed a tenth of the traffic and one a second, over all of a run', () => {
    const step = fc.record({ ms: fc.nat(3000), requests: fc.nat(200), retries: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new RetryBudget();
        let requests = 0;
        let retries = 0;
        let seconds = 0;
        for (const { ms, requests: more, retries: wanted } of steps) {
          vi.advanceTimersByTime(ms);
          seconds += ms / 1000;
          for (let i = 0; i < more; i++) budget.deposit();
          requests += more;
          for (let i = 0; i < wanted; i++) retries += budget.withdraw() ? 1 : 0;
          expect(retries).toBeLessThanOrEqual(requests / 10 + 10 * (Math.ceil(seconds / 10) + 1));
        }
      }),
    );
  });
});
