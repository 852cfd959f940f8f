import { STALL_MS } from '../../base/durations.ts';
import { unref } from '../../base/timers.ts';

/**
 * A timer for something that many connections do, each at its own instant. If the event loop was blocked past the
 * instant, the call is delayed further by a random part of that lateness; otherwise all calls that are overdue would
 * run at once. It does not keep the process alive.
 */
export class SpreadTimer {
  readonly #random: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `random` returns a number in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Calls `call` at this instant of the monotonic clock, in milliseconds. Replaces an earlier `set`. */
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
    unref(this.#timer);
  }
}
