const WINDOW_MS = 1000;

/**
 * Tells exactly when something happens more than so many times within a second: it keeps the instants of the last so
 * many.
 */
export class RateMeter {
  readonly #most: number;
  // A ring: the next to be overwritten is the oldest.
  readonly #instants: number[] = [];
  #count = 0;

  /** 0 and Infinity: never too often. */
  constructor(most: number) {
    this.#most = most === 0 ? Infinity : most;
  }

  /** Counts one more, and returns whether it is one too many. */
  isTooMany(): boolean {
    if (this.#most === Infinity) return false;
    const now = performance.now();
    const at = this.#count++ % this.#most;
    const oldest = this.#instants[at];
    this.#instants[at] = now;
    return oldest !== undefined && now - oldest < WINDOW_MS;
  }
}
