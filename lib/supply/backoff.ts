/** The bounds of the back-off, in milliseconds. */
export interface BackoffOptions {
  /** The ceiling of the first delay; it doubles with each failure. */
  readonly minMs: number;
  /** Where it stops doubling; 0: nowhere. */
  readonly maxMs: number;
}

/** A connection that dies younger than this may mean that connecting does not really work. */
const INFANT_MS = 1000;

/** Node takes longer timers for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * When the pool may connect again, for the pool as a whole: exponential back-off with full jitter
 * (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #retry: () => void;
  #rounds = 0;
  #until = 0;
  #infantDeaths = 0;
  /** When connecting succeeded first after it last failed, or after somebody died young. */
  #worksSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `retry` is called when a delay is over. */
  constructor(options: BackoffOptions, retry: () => void) {
    this.#options = options;
    this.#retry = retry;
  }

  /** No connect may begin now. */
  get active(): boolean {
    return this.#timer !== undefined;
  }

  /** When the last delay ends or ended, in milliseconds of the monotonic clock. */
  get until(): number {
    return this.#until;
  }

  /** A connect failed. Failures of one round, connecting side by side, count once. */
  fail(): void {
    if (this.#timer !== undefined) return;
    this.#forgive();
    this.#worksSince = undefined;
    const { minMs, maxMs } = this.#options;
    const ceiling = Math.min(maxMs === 0 ? LONGEST_MS : maxMs, minMs * 2 ** Math.min(this.#rounds, 31), LONGEST_MS);
    this.#rounds++;
    const delay = Math.max(1, Math.random() * ceiling);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#retry();
    }, delay);
    this.#until = performance.now() + delay;
  }

  /** A connect succeeded. */
  succeed(): void {
    this.#forgive();
    this.#worksSince ??= performance.now();
    // A server that dies as soon as it is up would otherwise be started without end.
    if (this.#infantDeaths > 1) return;
    this.#rounds = 0;
    this.stop();
  }

  /** A connection died by itself, so many milliseconds after it came up; the second young one in a row is a failure. */
  die(ageMs: number): void {
    this.#forgive();
    const isInfant = ageMs < INFANT_MS;
    if (isInfant) this.#worksSince = undefined;
    this.#infantDeaths = isInfant ? this.#infantDeaths + 1 : 0;
    if (this.#infantDeaths > 1) this.fail();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What has outlived its infancy shows that the crashes are over, though nobody had to die of old age. */
  #forgive(): void {
    if (this.#worksSince === undefined || performance.now() - this.#worksSince < INFANT_MS) return;
    this.#infantDeaths = 0;
    this.#rounds = 0;
  }
}
