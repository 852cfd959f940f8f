const SLOT_MS = 1000;
const SLOTS = 10;
/** What a retry costs, in requests: with 10 retries are 10 % of the traffic. */
const COST = 10;
/** So many a second are always allowed, so that a pool with little traffic is not left without. */
const FLOOR_PER_SECOND = 1;
const RESERVE = FLOOR_PER_SECOND * SLOTS * COST;

/**
 * How many retries there may be: a tenth of the requests of the last 10 s and 10 more, so that a server in trouble is not
 * asked twice by everybody. A token bucket whose tokens expire: each request puts one in, each retry takes out ten.
 *
 * After Finagle's `RetryBudget`, which has the same window, with a fifth and 10 a second in place of these.
 */
export class RetryBudget {
  /** What came in less what went out, for each of the last seconds. */
  readonly #slots = new Float64Array(SLOTS);
  #tokens = 0;
  /** The second of the slot in use, on the monotonic clock. */
  #second = Math.floor(performance.now() / SLOT_MS);

  /** A request begins. */
  deposit(): void {
    this.#add(1);
  }

  /** Whether there may be another retry; it is counted if so. */
  withdraw(): boolean {
    this.#expire();
    if (this.#tokens + RESERVE < COST) return false;
    this.#add(-COST);
    return true;
  }

  #add(tokens: number): void {
    this.#expire();
    const slot = this.#second % SLOTS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + tokens;
    this.#tokens += tokens;
  }

  #expire(): void {
    const second = Math.floor(performance.now() / SLOT_MS);
    // After a long pause all have expired, and there is no need to count off each second of it.
    this.#second = Math.max(this.#second, second - SLOTS);
    while (this.#second < second) {
      this.#second++;
      const slot = this.#second % SLOTS;
      this.#tokens -= this.#slots[slot] ?? 0;
      this.#slots[slot] = 0;
    }
  }
}
