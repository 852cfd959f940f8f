import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { giveUpAfter } from '../../lib/base/give-up-after.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

it('calls back once, when the time is over', async () => {
  const giveUp = vi.fn();
  giveUpAfter(100, giveUp);
  await elapse(99);
  expect(giveUp).not.toHaveBeenCalled();
  await elapse(1);
  await elapse(1000);
  expect(giveUp).toHaveBeenCalledTimes(1);
});

it('does not when it is cancelled', async () => {
  const giveUp = vi.fn();
  giveUpAfter(100, giveUp)();
  await elapse(1000);
  expect(giveUp).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it('gives back the time in which the event loop stood still', async () => {
  const giveUp = vi.fn();
  const cancel = giveUpAfter(100, giveUp);
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValueOnce(now + 400);
  await elapse(100);
  expect(giveUp).not.toHaveBeenCalled();
  await elapse(300);
  expect(giveUp).toHaveBeenCalledTimes(1);
  cancel();
});

it('gives up in the end though the event loop stands still again and again', async () => {
  const giveUp = vi.fn();
  const now = performance.now.bind(performance);
  // The timer is set, and then late, each time.
  let reads = 0;
  vi.spyOn(performance, 'now').mockImplementation(
    () => now() + 100 * Math.floor(reads++ / 2) + (reads % 2 === 0 ? 100 : 0),
  );
  giveUpAfter(100, giveUp);
  await elapse(100);
  expect(giveUp).not.toHaveBeenCalled();
  await elapse(5000);
  expect(giveUp).toHaveBeenCalledOnce();
});
