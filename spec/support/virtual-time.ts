import { vi } from 'vitest';

/** Every clock and timer of the process stands still until `elapse`; microtasks run as ever. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
}

export function resumeTime(): void {
  vi.useRealTimers();
}

/** Lets so many milliseconds pass, the microtasks between the timers included. */
export async function elapse(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Runs the microtasks that are due; no time passes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/** As `elapse`, in steps of so many milliseconds and without a turn of the real event loop: for thousands of them. */
export async function elapseIn(steps: number, stepMs: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    vi.advanceTimersByTime(stepMs);
    await settle();
  }
}

/** Runs every microtask that is due, however long the chain; no time passes. */
export function rest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** As `elapse`, each timer on its own and all microtasks after it as in Node, and a hundred times as fast. */
export async function pass(ms: number): Promise<void> {
  const until = performance.now() + ms;
  // Something has to fire then, else time would overshoot, or stand still where no timer is left.
  setTimeout(() => undefined, ms);
  await rest();
  while (performance.now() < until) {
    vi.advanceTimersToNextTimer();
    await rest();
  }
  vi.advanceTimersByTime(0);
  await rest();
}
