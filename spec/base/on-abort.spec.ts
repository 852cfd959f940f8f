import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { onAbort, unlessAborted } from '../../lib/base/on-abort.ts';

it('calls each of those who share a signal, through one listener', () => {
  const { signal, abort } = controller();
  const called: number[] = [];
  for (let i = 0; i < 50; i++) onAbort(signal, () => called.push(i));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  abort();
  expect(called).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it('calls nobody who has stopped listening, not even during the abort', () => {
  const { signal, abort } = controller();
  const called: string[] = [];
  const stop = onAbort(signal, () => called.push('early'));
  onAbort(signal, () => {
    stopLast();
  });
  const stopLast = onAbort(signal, () => called.push('last'));
  stop();
  abort();
  expect(called).toEqual([]);
});

it('takes its listener away with the last of them', () => {
  const { signal, abort } = controller();
  const stops = [onAbort(signal, () => undefined), onAbort(signal, () => undefined)];
  for (const stop of stops) stop();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  let calls = 0;
  onAbort(signal, () => calls++);
  for (const stop of stops) stop();
  abort();
  expect(calls).toBe(1);
});

it('takes the same function twice for two', () => {
  const { signal, abort } = controller();
  let calls = 0;
  const count = () => {
    calls++;
  };
  const stop = onAbort(signal, count);
  onAbort(signal, count);
  stop();
  abort();
  expect(calls).toBe(1);
});

function controller() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

it('rejects with the reason in place of work that takes longer, and otherwise leaves nothing behind', async () => {
  const { signal, abort } = controller();
  expect(await unlessAborted(signal, () => Promise.resolve('done'))).toBe('done');
  expect(await unlessAborted(undefined, () => Promise.resolve('done'))).toBe('done');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  const slow = unlessAborted(signal, () => new Promise(() => undefined));
  abort();
  await expect(slow).rejects.toBe(signal.reason);
  await expect(unlessAborted(signal, () => Promise.resolve('late'))).rejects.toBe(signal.reason);
});
