const WINDOW_MS = 1000;

/** Tells when something happens more than so many times within a second, exactly: by the instants of the last so many. */
export class RateMeter {
  readonly #most: number;
  // The one that is overwritten is the oldest of them.
  readonly #instants: number[] = [];
  #count = 0;

  /** 0 and Infinity: never too often. */
  constructor(most: number) {
    this.#most = most === 0 ? Infinity : most;
  }

  /** Counts one more; whether that is one too many. */
  isTooMany(): boolean {
    if (this.#most === Infinity) return false;
    const now = performance.now();
    const at = this.#count++ % this.#most;
    const oldest = this.#instants[at];
    this.#instants[at] = now;
    return oldest !== undefined && now - oldest < WINDOW_MS;
  }
}
