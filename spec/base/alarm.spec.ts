import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../lib/base/alarm.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

function counted() {
  const rings: number[] = [];
  const alarm = new Alarm(() => rings.push(performance.now()));
  return { alarm, rings };
}

describe('Alarm', () => {
  it('rings once, at its instant', () => {
    const { alarm, rings } = counted();
    const now = performance.now();
    alarm.setFor(now + 12.5);
    vi.advanceTimersByTime(12);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([rings, vi.getTimerCount()]).toEqual([[now + 13], 0]);
  });

  it('has one timer, for the earliest instant that it was set for', () => {
    const { alarm, rings } = counted();
    alarm.setFor(performance.now() + 50);
    alarm.setFor(performance.now() + 20);
    alarm.setFor(performance.now() + 30);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(19);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(81);
    expect(rings).toEqual([20]);
  });

  it('may be set again while it rings', () => {
    const rings: number[] = [];
    const alarm = new Alarm(() => {
      rings.push(performance.now());
      alarm.setFor(performance.now() + 10);
    });
    alarm.setFor(0);
    vi.advanceTimersByTime(31);
    expect(rings).toEqual([1, 11, 21, 31]);
  });

  it('never rings for an instant that never comes, nor once it is cleared', () => {
    const { alarm, rings } = counted();
    alarm.setFor(Infinity);
    expect(vi.getTimerCount()).toBe(0);
    alarm.setFor(5);
    alarm.clear();
    vi.advanceTimersByTime(100);
    expect([rings, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('waits for an instant that no timer reaches without ringing in between for nothing', () => {
    const { alarm, rings } = counted();
    alarm.setFor(2 ** 33);
    vi.advanceTimersByTime(1000);
    expect([rings, vi.getTimerCount()]).toEqual([[], 1]);
  });
});
