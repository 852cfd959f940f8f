import { afterEach, describe, expect, it, vi } from 'vitest';
import { afterInput, ref, unref } from '../../lib/base/timers.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('unref and ref', () => {
  it('let the process end although a timer is set, and keep it alive again', () => {
    const timer = setTimeout(() => undefined, 10_000);
    unref(timer);
    expect(timer.hasRef()).toBe(false);
    ref(timer);
    expect(timer.hasRef()).toBe(true);
    clearTimeout(timer);
  });

  it('take the number that a browser has for a timer, and no timer', () => {
    for (const timer of [5 as unknown as NodeJS.Timeout, undefined]) {
      expect(() => unref(timer)).not.toThrow();
      expect(() => ref(timer)).not.toThrow();
    }
  });
});

describe.each(['with setImmediate', 'without it'])('afterInput, %s', (how) => {
  const called = (begin: (run: () => void) => void): Promise<string> =>
    new Promise((resolve) => {
      if (how === 'without it') vi.stubGlobal('setImmediate', undefined);
      begin(() => {
        resolve('called');
      });
      setTimeout(resolve, 50, 'not called');
    });

  it('calls, and not at once', async () => {
    let isLater = false;
    const told = called((run) => {
      afterInput(() => {
        expect(isLater).toBe(true);
        run();
      });
    });
    isLater = true;
    expect(await told).toBe('called');
  });

  it('does not call once that is prevented', async () => {
    expect(
      await called((run) => {
        afterInput(run)();
      }),
    ).toBe('not called');
  });
});
