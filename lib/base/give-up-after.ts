import { STALL_MS } from './durations.ts';

/**
 * How many blocked periods are forgiven. A loop that is late more often is always late, and the wait would never end.
 */
const MOST_STALLS = 3;

/**
 * Calls `giveUp` once after `ms` milliseconds, not counting up to three periods in which the event loop was blocked:
 * input that arrived in such a period has not been processed yet when the timer fires. Returns a function that cancels
 * the timer.
 */
export function giveUpAfter(ms: number, giveUp: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let stalls = 0;
  const arm = (leftMs: number): void => {
    const due = performance.now() + leftMs;
    timer = setTimeout(() => {
      const lateMs = performance.now() - due;
      if (lateMs > STALL_MS && stalls++ < MOST_STALLS) arm(lateMs);
      else giveUp();
    }, leftMs);
  };
  arm(ms);
  return () => {
    clearTimeout(timer);
  };
}
