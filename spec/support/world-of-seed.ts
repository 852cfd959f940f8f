import { config } from 'rxjs';
import { vi } from 'vitest';
import { seeded } from './seeded.ts';
import { resumeTime, stopTime } from './virtual-time.ts';

/**
 * Runs something in a world of its own: time begins at 0 and stands still, and `Math.random` draws from the seed.
 * Returns what RxJS reported meanwhile.
 */
export async function inWorldOf(seed: number, run: () => Promise<unknown>): Promise<readonly unknown[]> {
  const reported: unknown[] = [];
  const report = (error: unknown): void => void reported.push(error);
  const jitter = seeded(seed);
  const random = vi.spyOn(Math, 'random').mockImplementation(() => jitter(1e6) / 1e6);
  const { stackTraceLimit } = Error;
  // Most of the errors are weather, and a long stack is what they cost.
  Error.stackTraceLimit = 4;
  stopTime();
  config.onUnhandledError = report;
  process.on('unhandledRejection', report);
  try {
    await run();
  } finally {
    process.off('unhandledRejection', report);
    config.onUnhandledError = null;
    Error.stackTraceLimit = stackTraceLimit;
    resumeTime();
    random.mockRestore();
  }
  return reported;
}
