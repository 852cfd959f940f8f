/** A subscription that lasted for so many milliseconds counts as a steady one. */
const STEADY_MS = 1000;
const FIRST_MS = 100;
/** The longest delay while the subscription cannot even begin. */
const SLOWEST_MS = 30_000;
/** The longest delay while it begins and is lost again: its listeners miss what happens in between. */
const SLOWEST_OF_BEGUN_MS = 1000;

/** How soon a subscription is tried again: at once, unless it was not steady several times in a row. */
export class RetryPace {
  #hasBegun = false;
  #begunAt: number | undefined;
  #inARow = 0;

  /**
   * To be called when the server has accepted the subscription. Returns whether it had done so before: then something
   * may have been missed.
   */
  begun(): boolean {
    const isRenewed = this.#hasBegun;
    this.#hasBegun = true;
    this.#begunAt = performance.now();
    return isRenewed;
  }

  /**
   * To be called when the subscription could not begin, or has ended. Returns in how many milliseconds to try again.
   */
  ended(): number {
    const begunAt = this.#begunAt;
    this.#begunAt = undefined;
    const wasSteady = begunAt !== undefined && performance.now() - begunAt >= STEADY_MS;
    this.#inARow = wasSteady ? 1 : this.#inARow + 1;
    if (this.#inARow === 1) return 0;
    return Math.min(begunAt === undefined ? SLOWEST_MS : SLOWEST_OF_BEGUN_MS, FIRST_MS * 2 ** (this.#inARow - 2));
  }
}
