import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breaking, delays } from '../support/breaking.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('a connection that dies', () => {
  it('is no failure the first time, however young', () => {
    const own = breaking(0.5);
    own.breaker.die(0, 'died');
    expect(own.circuit()).toBe('closed');
  });

  it('is a failure the second time in a row that it is younger than a second', () => {
    const own = breaking(0.5);
    own.breaker.die(999, 'died');
    own.breaker.die(0, 'died');
    expect(own.circuit()).toBe('open');
  });

  it('is no failure after one that was older', () => {
    const own = breaking(0.5);
    for (const age of [10, 1000, 10, 5000]) own.breaker.die(age, 'died');
    expect(own.circuit()).toBe('closed');
  });

  it('backs off longer and longer though connecting succeeds in between', () => {
    const own = breaking(0.5);
    for (let i = 0; i < 6; i++) {
      own.breaker.die(5, 'died');
      vi.advanceTimersByTime(3000);
      own.breaker.succeed();
    }
    const retries = own.changes.filter(([circuit]) => circuit === 'open').map(([, retryAt]) => retryAt);
    expect(retries).toEqual([3050, 6100, 9200, 12_400, 15_800]);
  });

  it('keeps the circuit half open until what came up has lived for a second', () => {
    const own = breaking(0.5);
    own.breaker.die(5, 'died');
    own.breaker.die(5, 'died');
    vi.advanceTimersByTime(50);
    own.breaker.succeed();
    vi.advanceTimersByTime(999);
    expect(own.circuit()).toBe('halfOpen');
    vi.advanceTimersByTime(1);
    expect([own.circuit(), vi.getTimerCount()]).toEqual(['closed', 0]);
  });

  it('is the cause when it is a failure', () => {
    const { breaker } = breaking(0.5);
    breaker.die(5, 'first');
    expect(breaker.cause).toBeUndefined();
    breaker.die(5, 'second');
    expect([breaker.cause, breaker.isPermanent]).toEqual(['second', false]);
  });

  it('closes the circuit again though nothing has to be connected any more', () => {
    const own = breaking(0.5);
    own.breaker.die(5, 'died');
    own.breaker.die(5, 'died');
    own.breaker.succeed();
    vi.advanceTimersByTime(50);
    expect(own.circuit()).toBe('halfOpen');
    vi.advanceTimersByTime(1000);
    expect([own.circuit(), own.breaker.cause, vi.getTimerCount()]).toEqual(['closed', undefined, 0]);
  });

  it('is forgotten once those that came after it have lived for a second', () => {
    const own = breaking(0.5);
    for (let i = 0; i < 6; i++) {
      own.breaker.die(5, 'died');
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
    own.breaker.die(5, 'died');
    own.breaker.die(5, 'died');
    own.breaker.die(2000, 'died');
    own.breaker.succeed();
    expect(own.circuit()).toBe('closed');
  });
});
