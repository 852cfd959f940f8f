import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RetryPace } from '../../../lib/mcp/subscriptions/retry-pace.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('a subscription that cannot begin', () => {
  it('is tried again at once, then less and less often, every 30 s in the end', () => {
    const pace = new RetryPace();
    const delays = Array.from({ length: 12 }, () => pace.ended());
    expect(delays).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });
});

describe('a subscription that has begun', () => {
  it('is renewed at once where it was upheld for a second', async () => {
    const pace = new RetryPace();
    for (let i = 0; i < 5; i++) pace.ended();
    pace.begun();
    await elapse(1000);
    expect(pace.ended()).toBe(0);
    expect(pace.ended()).toBe(100);
  });

  it('is renewed once a second at most where it is lost each time as soon as it has begun', async () => {
    const pace = new RetryPace();
    const delays: number[] = [];
    for (let i = 0; i < 8; i++) {
      pace.begun();
      await elapse(999);
      delays.push(pace.ended());
    }
    expect(delays).toEqual([0, 100, 200, 400, 800, 1000, 1000, 1000]);
  });

  it('may have missed something unless it is the first time', () => {
    const pace = new RetryPace();
    pace.ended();
    expect(pace.begun()).toBe(false);
    pace.ended();
    expect(pace.begun()).toBe(true);
  });
});
