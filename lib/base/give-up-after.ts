/** A timer that is later than this was kept by something else. */
const STALL_MS = 20;

/** A loop that is late more often than that is always late, and waiting longer would not end. */
const MOST_STALLS = 3;

/**
 * Calls back once after so many milliseconds, not counting those in which the event loop stood still, up to three times:
 * what came meanwhile has not been heard yet when the timer fires. Returns how to cancel it.
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
