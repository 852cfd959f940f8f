import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DelayedCheckouts } from '../../../lib/checkout/queue/delayed-checkouts.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

/** One delayed by 100 ms, and what became of it. */
function delayed(signal?: AbortSignal, begins?: () => void) {
  const all = new DelayedCheckouts();
  const told: string[] = [];
  const begin = () => {
    told.push('begun');
    begins?.();
    return { unsubscribe: () => told.push('left') };
  };
  return { all, told, one: all.add(begin, 100, signal) };
}

describe('DelayedCheckouts', () => {
  it('begins one when its time has come, and once', async () => {
    const { all, told } = delayed();
    await elapse(99);
    expect([told, [...all].length]).toEqual([[], 1]);
    await elapse(1);
    expect([told, [...all].length]).toEqual([['begun'], 0]);
  });

  it('leaves no timer when one is left before its time', async () => {
    const { all, told, one } = delayed();
    one.unsubscribe();
    expect([vi.getTimerCount(), [...all].length]).toEqual([0, 0]);
    await elapse(200);
    expect(told).toEqual([]);
  });

  it('leaves the queue when one is left that has begun', async () => {
    const { told, one } = delayed();
    await elapse(100);
    one.unsubscribe();
    expect(told).toEqual(['begun', 'left']);
  });

  it('leaves the queue when one is left while it begins', async () => {
    const { told, one } = delayed(undefined, () => one.unsubscribe());
    await elapse(100);
    expect(told).toEqual(['begun', 'left']);
  });

  it('begins one at once when it is delivered, and leaves no timer', () => {
    const { all, told } = delayed();
    for (const one of all) one.deliver();
    for (const one of all) one.deliver();
    expect([told, vi.getTimerCount()]).toEqual([['begun'], 0]);
  });

  it('begins one at once when its signal is aborted, and does not listen any more', () => {
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    const { told, one } = delayed(abort.signal);
    abort.abort();
    expect([told, vi.getTimerCount()]).toEqual([['begun'], 0]);
    const other = new AbortController();
    delayed(other.signal).one.unsubscribe();
    one.unsubscribe();
    expect(removed).toHaveBeenCalledTimes(0);
  });

  it('does not deliver one that was left', () => {
    const { all, told, one } = delayed();
    const [listed] = all;
    one.unsubscribe();
    listed?.deliver();
    expect(told).toEqual([]);
  });
});
