/** A subscription that was upheld for so long is none that is lost as soon as it has begun, in milliseconds. */
const STEADY_MS = 1000;
const FIRST_MS = 100;
/** Where it cannot begin. */
const SLOWEST_MS = 30_000;
/** Where it begins and is lost again, while its listeners miss what happens meanwhile. */
const SLOWEST_OF_BEGUN_MS = 1000;

/** How soon a subscription is tried again: at once, unless it could not be upheld several times in a row. */
export class RetryPace {
  #hasBegun = false;
  #begunAt: number | undefined;
  #inARow = 0;

  /** The server has taken it. Whether it is not the first time, so that something may have been missed. */
  begun(): boolean {
    const isRenewed = this.#hasBegun;
    this.#hasBegun = true;
    this.#begunAt = performance.now();
    return isRenewed;
  }

  /** It could not begin, or has ended. In how many milliseconds it is tried again. */
  ended(): number {
    const begunAt = this.#begunAt;
    this.#begunAt = undefined;
    const wasSteady = begunAt !== undefined && performance.now() - begunAt >= STEADY_MS;
    this.#inARow = wasSteady ? 1 : this.#inARow + 1;
    if (this.#inARow === 1) return 0;
    return Math.min(begunAt === undefined ? SLOWEST_MS : SLOWEST_OF_BEGUN_MS, FIRST_MS * 2 ** (this.#inARow - 2));
  }
}
