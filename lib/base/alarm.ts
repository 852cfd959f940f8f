import { LONGEST_TIMER_MS } from './durations.ts';

/** One timer for something that is looked at now and then; whoever is called too early sets it again. */
export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #instant = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at this instant of the monotonic clock, unless it is set for an earlier one; `Infinity`: never. */
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
