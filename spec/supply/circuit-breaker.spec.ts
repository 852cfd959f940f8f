import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../lib/supply/circuit-breaker.ts';
import { breaking, delays } from '../support/breaking.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('CircuitBreaker', () => {
  it('opens at a failure, is half open after the delay and closed after a success', () => {
    const { breaker, changes } = breaking(0.5);
    const at = performance.now();
    breaker.fail('refused');
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
    breaker.fail('refused');
    breaker.fail('refused');
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
    for (let i = 0; i < 5; i++) own.breaker.fail('refused');
    vi.advanceTimersByTime(50);
    expect(own.circuit()).toBe('halfOpen');
    expect(delays(own, 1)).toEqual([100]);
  });

  it('begins anew after a success, one that was under way when it opened too', () => {
    const own = breaking(0.5);
    delays(own, 4);
    own.breaker.fail('refused');
    own.breaker.succeed();
    expect([own.circuit(), vi.getTimerCount()]).toEqual(['closed', 0]);
    expect(delays(own, 1)).toEqual([50]);
  });

  it('never waits longer than a timer can', () => {
    expect(delays(breaking(1, { minMs: 2 ** 30, maxMs: 0 }), 3)).toEqual([2 ** 30, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it('does not retry once it is stopped', () => {
    const { breaker, circuit } = breaking(0.5);
    breaker.fail('refused');
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
    breaker.fail('permanent');
    expect(retryAt() - performance.now()).toBe(delayMs);
  });

  it('outranks others of its round, whichever comes first', () => {
    for (const errors of [
      ['permanent', 'refused'],
      ['refused', 'permanent'],
    ]) {
      const { breaker, retryAt } = breaking(0.5);
      for (const error of errors) breaker.fail(error);
      expect(retryAt() - performance.now()).toBe(2250);
      expect([breaker.cause, breaker.isPermanent]).toEqual(['permanent', true]);
      breaker.stop();
    }
  });

  it('may stop the breaker while it is judged', () => {
    const own: { breaker?: CircuitBreaker } = {};
    own.breaker = new CircuitBreaker({
      backoff: { minMs: 100, maxMs: 100 },
      random: () => 0.5,
      isPermanent: () => {
        own.breaker?.stop();
        return true;
      },
      isWanted: () => true,
      onChange: () => undefined,
    });
    own.breaker.fail('refused');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts for no later delay', () => {
    const own = breaking(0.5);
    own.breaker.fail('permanent');
    vi.advanceTimersByTime(3000);
    expect(delays(own, 2)).toEqual([50, 100]);
  });

  it('is half open at once where there is somewhere else to go, and permanent no more', () => {
    const own = breaking(0.5);
    own.breaker.retry();
    expect(own.circuit()).toBe('closed');
    own.breaker.fail('refused');
    own.breaker.retry();
    expect([own.circuit(), own.breaker.isPermanent, own.breaker.cause, vi.getTimerCount()]).toEqual([
      'halfOpen',
      false,
      'refused',
      0,
    ]);
    own.breaker.retry();
    expect(own.changes.map(([circuit]) => circuit)).toEqual(['open', 'halfOpen']);
    expect(delays(own, 1)).toEqual([100]);
  });

  it('closes a second later where nothing has to be connected, since something came up meanwhile', () => {
    const own = breaking(0.5);
    own.breaker.die(1, 'died');
    own.breaker.die(1, 'died');
    own.breaker.succeed();
    own.breaker.retry();
    expect(own.circuit()).toBe('halfOpen');
    vi.advanceTimersByTime(999);
    expect(own.circuit()).toBe('halfOpen');
    vi.advanceTimersByTime(1);
    expect(own.circuit()).toBe('closed');
  });

  it('is not half open any more once it is stopped', () => {
    const own = breaking(0.5);
    own.breaker.fail('refused');
    own.breaker.stop();
    own.breaker.retry();
    expect(own.circuit()).toBe('open');
  });
});
