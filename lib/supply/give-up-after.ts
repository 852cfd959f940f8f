/** A timer that is later than this was kept by something else. */
const STALL_MS = 20;

/**
 * Calls back once after so many milliseconds, not counting those in which the event loop stood still: what came
 * meanwhile has not been heard yet when the timer fires. Returns how to cancel it.
 */
export function giveUpAfter(ms: number, giveUp: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const arm = (leftMs: number): void => {
    const due = performance.now() + leftMs;
    timer = setTimeout(() => {
      const lateMs = performance.now() - due;
      if (lateMs > STALL_MS) arm(lateMs);
      else giveUp();
    }, leftMs);
  };
  arm(ms);
  return () => {
    clearTimeout(timer);
  };
}
