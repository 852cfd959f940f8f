/** A timer that is later than this was kept by something else, in milliseconds. */
const STALL_MS = 20;

/**
 * A timer for what many connections do at an instant of their own. Where the event loop stood still until after it, the
 * call comes somewhere within as long a time again: else all that was due meanwhile would be done at once. It does not
 * keep the process alive.
 */
export class SpreadTimer {
  readonly #random: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `random`: a number in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Calls back at this instant of the monotonic clock, in milliseconds, in place of what was set before. */
  set(instant: number, call: () => void): void {
    this.#arm(instant, () => {
      const lateMs = performance.now() - instant;
      if (lateMs > STALL_MS) this.#arm(performance.now() + this.#random() * lateMs, call);
      else call();
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(instant: number, call: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(call, Math.max(0, instant - performance.now()));
    this.#timer.unref();
  }
}
