import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../lib/supply/circuit-breaker.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** A breaker whose jitter is this share of the ceiling, and what became of it. */
function breaking(jitter: number, backoff = { minMs: 100, maxMs: 3000 }) {
  const changes: (readonly [string, number])[] = [];
  const breaker = new CircuitBreaker({
    backoff,
    random: () => jitter,
    onChange: (circuit, retryAt) => changes.push([circuit, retryAt]),
  });
  const circuit = () => changes.at(-1)?.[0] ?? 'closed';
  const retryAt = () => changes.at(-1)?.[1] ?? 0;
  return { breaker, changes, circuit, retryAt };
}

/** The delays of so many failures, each after the retry before it. */
function delays({ breaker, retryAt }: ReturnType<typeof breaking>, failures: number) {
  return Array.from({ length: failures }, () => {
    breaker.fail();
    const delay = retryAt() - performance.now();
    vi.advanceTimersByTime(Math.ceil(delay));
    return Math.round(delay);
  });
}

describe('CircuitBreaker', () => {
  it('opens at a failure, is half open after the delay and closed after a success', () => {
    const { breaker, changes } = breaking(0.5);
    const at = performance.now();
    breaker.fail();
    vi.advanceTimersByTime(49);
    expect(changes).toEqual([['open', at + 50]]);
    vi.advanceTimersByTime(1);
    expect(changes.slice(1)).toEqual([['halfOpen', 0]]);
    breaker.succeed();
    expect(changes.slice(2)).toEqual([['closed', 0]]);
  });

  it('tells of no change where there is none', () => {
    const { breaker, changes } = breaking(0.5);
    breaker.succeed();
    breaker.succeed();
    breaker.fail();
    breaker.fail();
    expect(changes.map(([circuit]) => circuit)).toEqual(['open']);
  });

  it('doubles its ceiling with each failure, up to the longest', () => {
    expect(delays(breaking(0.5), 8)).toEqual([50, 100, 200, 400, 800, 1500, 1500, 1500]);
  });

  it('waits anything between nothing and the ceiling', () => {
    expect(delays(breaking(0), 3)).toEqual([1, 1, 1]);
    expect(delays(breaking(0.999), 3)).toEqual([100, 200, 400]);
  });

  it('counts failures side by side once', () => {
    const own = breaking(0.5);
    for (let i = 0; i < 5; i++) own.breaker.fail();
    vi.advanceTimersByTime(50);
    expect(own.circuit()).toBe('halfOpen');
    expect(delays(own, 1)).toEqual([100]);
  });

  it('begins anew after a success, one that was under way when it opened too', () => {
    const own = breaking(0.5);
    delays(own, 4);
    own.breaker.fail();
    own.breaker.succeed();
    expect([own.circuit(), vi.getTimerCount()]).toEqual(['closed', 0]);
    expect(delays(own, 1)).toEqual([50]);
  });

  it('never waits longer than a timer can', () => {
    expect(delays(breaking(1, { minMs: 2 ** 30, maxMs: 0 }), 3)).toEqual([2 ** 30, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it('does not retry once it is stopped', () => {
    const { breaker, circuit } = breaking(0.5);
    breaker.fail();
    breaker.stop();
    vi.advanceTimersByTime(10_000);
    expect([circuit(), vi.getTimerCount()]).toEqual(['open', 0]);
  });
});

describe('a permanent failure', () => {
  it.each([
    [0, 3000, 1500],
    [0.5, 3000, 2250],
    [1, 3000, 3000],
    [1, 0, 30_000],
  ])('waits for the second half of the longest delay (jitter %d of at most %d ms: %d ms)', (jitter, maxMs, delayMs) => {
    const { breaker, retryAt } = breaking(jitter, { minMs: 0, maxMs });
    breaker.fail(true);
    expect(retryAt() - performance.now()).toBe(delayMs);
  });

  it('counts for no later delay', () => {
    const own = breaking(0.5);
    own.breaker.fail(true);
    vi.advanceTimersByTime(3000);
    expect(delays(own, 2)).toEqual([50, 100]);
  });
});

describe('a connection that dies', () => {
  it('is no failure the first time, however young', () => {
    const own = breaking(0.5);
    own.breaker.die(0);
    expect(own.circuit()).toBe('closed');
  });

  it('is a failure the second time in a row that it is younger than a second', () => {
    const own = breaking(0.5);
    own.breaker.die(999);
    own.breaker.die(0);
    expect(own.circuit()).toBe('open');
  });

  it('is no failure after one that was older', () => {
    const own = breaking(0.5);
    for (const age of [10, 1000, 10, 5000]) own.breaker.die(age);
    expect(own.circuit()).toBe('closed');
  });

  it('backs off longer and longer though connecting succeeds in between', () => {
    const own = breaking(0.5);
    for (let i = 0; i < 6; i++) {
      own.breaker.die(5);
      vi.advanceTimersByTime(3000);
      own.breaker.succeed();
    }
    const retries = own.changes.filter(([circuit]) => circuit === 'open').map(([, retryAt]) => retryAt);
    expect(retries).toEqual([3050, 6100, 9200, 12_400, 15_800]);
  });

  it('keeps the circuit half open until what came up has lived for a second', () => {
    const own = breaking(0.5);
    own.breaker.die(5);
    own.breaker.die(5);
    vi.advanceTimersByTime(50);
    own.breaker.succeed();
    vi.advanceTimersByTime(999);
    expect(own.circuit()).toBe('halfOpen');
    vi.advanceTimersByTime(1);
    expect([own.circuit(), vi.getTimerCount()]).toEqual(['closed', 0]);
  });

  it('says of which death it makes a failure', () => {
    const { breaker } = breaking(0.5);
    expect([5, 5, 5000, 5].map((age) => breaker.die(age))).toEqual([false, true, false, false]);
  });

  it('is forgotten once those that came after it have lived for a second', () => {
    const own = breaking(0.5);
    for (let i = 0; i < 6; i++) {
      own.breaker.die(5);
      vi.advanceTimersByTime(3000);
      own.breaker.succeed();
    }
    vi.advanceTimersByTime(1000);
    expect(delays(own, 2)).toEqual([50, 100]);
    own.breaker.succeed();
    expect(delays(own, 1)).toEqual([50]);
  });

  it('lets a success count again once one has grown old', () => {
    const own = breaking(0.5);
    own.breaker.die(5);
    own.breaker.die(5);
    own.breaker.die(2000);
    own.breaker.succeed();
    expect(own.circuit()).toBe('closed');
  });
});
