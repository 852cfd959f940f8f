import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepeatBudget } from '../../../lib/mcp/requests/repeat-budget.ts';
import { resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** Repeats until there is nothing left, and says how many those were. */
function spend(budget: RepeatBudget): number {
  let repeats = 0;
  while (budget.withdraw()) repeats++;
  return repeats;
}

describe('RepeatBudget', () => {
  it('allows ten repeats in 10 s without any traffic, and then as many again', () => {
    const budget = new RepeatBudget();
    expect(spend(budget)).toBe(10);
    vi.advanceTimersByTime(9000);
    expect(spend(budget)).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(spend(budget)).toBe(10);
  });

  it('allows a tenth of the requests on top', () => {
    const budget = new RepeatBudget();
    for (let i = 0; i < 1000; i++) budget.deposit();
    expect(spend(budget)).toBe(110);
  });

  it('forgets requests after 10 s, however long nothing has come since', () => {
    const budget = new RepeatBudget();
    for (let i = 0; i < 1000; i++) budget.deposit();
    vi.advanceTimersByTime(1_000_000);
    expect(spend(budget)).toBe(10);
  });

  it('never lets repeats exceed a tenth of the traffic and one a second, over all of a run', () => {
    const step = fc.record({ ms: fc.nat(3000), requests: fc.nat(200), repeats: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new RepeatBudget();
        let requests = 0;
        let repeats = 0;
        let seconds = 0;
        for (const { ms, requests: more, repeats: wanted } of steps) {
          vi.advanceTimersByTime(ms);
          seconds += ms / 1000;
          for (let i = 0; i < more; i++) budget.deposit();
          requests += more;
          for (let i = 0; i < wanted; i++) repeats += budget.withdraw() ? 1 : 0;
          expect(repeats).toBeLessThanOrEqual(requests / 10 + 10 * (Math.ceil(seconds / 10) + 1));
        }
      }),
    );
  });
});
