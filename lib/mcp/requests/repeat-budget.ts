const slotMs = 1000;
const slots = 10;
/** What a repeat costs, in requests: with 10 repeats are 10 % of the traffic. */
const cost = 10;
/** So many a second are always allowed, so that a pool with little traffic is not left without. */
const floorPerSecond = 1;
const reserve = floorPerSecond * slots * cost;

/**
 * How many repeats there may be: a tenth of the requests of the last 10 s and 10 more, so that a server in trouble is not
 * asked twice by everybody. A token bucket whose tokens expire: each request puts one in, each repeat takes out ten.
 *
 * After Finagle's `RetryBudget`, which has the same window, with a fifth and 10 a second in place of these.
 */
export class RepeatBudget {
  /** What came in less what went out, for each of the last seconds. */
  readonly #slots = new Float64Array(slots);
  #tokens = 0;
  /** The second of the slot in use, on the monotonic clock. */
  #second = Math.floor(performance.now() / slotMs);

  /** A request begins. */
  deposit(): void {
    this.#add(1);
  }

  /** Whether there may be another repeat; it is counted if so. */
  withdraw(): boolean {
    this.#expire();
    if (this.#tokens + reserve < cost) return false;
    this.#add(-cost);
    return true;
  }

  #add(tokens: number): void {
    this.#expire();
    const slot = this.#second % slots;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + tokens;
    this.#tokens += tokens;
  }

  #expire(): void {
    const second = Math.floor(performance.now() / slotMs);
    // After a long pause all have expired, and there is no need to count off each second of it.
    this.#second = Math.max(this.#second, second - slots);
    while (this.#second < second) {
      this.#second++;
      const slot = this.#second % slots;
      this.#tokens -= this.#slots[slot] ?? 0;
      this.#slots[slot] = 0;
    }
  }
}
