import { LONGEST_TIMER_MS } from './durations.ts';

/**
 * One timer for something that is checked now and then. It may ring too early; the callback then has to set it again.
 */
export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #instant = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /**
   * Sets the timer for an instant of the monotonic clock, unless it is set for an earlier one. `Infinity`: does
   * nothing.
   */
  setFor(instant: number): void {
    if (instant === Infinity || (this.#timer !== undefined && instant >= this.#instant)) return;
    clearTimeout(this.#timer);
    this.#instant = instant;
    const ring = (): void => {
      this.#timer = undefined;
      this.#ring();
    };
    this.#timer = setTimeout(ring, Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(instant - performance.now()))));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
