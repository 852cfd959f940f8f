import { afterAll, expect } from 'vitest';

/**
 * Specs that stop the time share their process, one after the other. A timer that one of them leaves rings while the next has
 * stopped its clock, and whatever that sets again then counts as the next one's: so each has to leave none.
 */
interface Running {
  /** Where each was set. */
  readonly timers: Map<unknown, string>;
}

const global = globalThis as typeof globalThis & { runningTimers?: Running };

afterAll(() => {
  const left = [...running().timers.values()];
  running().timers.clear();
  expect(left, 'timers that this file leaves').toEqual([]);
});

/** Set up once for all files of a process. */
function running(): Running {
  return (global.runningTimers ??= follow());
}

function follow(): Running {
  const timers = new Map<unknown, string>();
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const noted = <T>(timer: T): T => {
    timers.set(timer, new Error('set').stack?.split('\n').slice(3, 7).join('\n') ?? '');
    return timer;
  };
  const started = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
    const timer = real.setTimeout(() => {
      timers.delete(timer);
      run(...args);
    }, ms);
    return noted(timer);
  };
  const ended = (clear: (timer: never) => void) => (timer: never) => {
    timers.delete(timer);
    clear(timer);
  };
  Object.assign(global, {
    // Node's own promised form hangs on it.
    setTimeout: Object.assign(started, real.setTimeout),
    setInterval: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      noted(real.setInterval(run, ms, ...args)),
    clearTimeout: ended(real.clearTimeout),
    clearInterval: ended(real.clearInterval),
  });
  return { timers };
}

running();
