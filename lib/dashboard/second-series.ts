import type { Second } from './protocol.ts';

/** An hour, in seconds. */
const MOST_SECONDS = 3600;

/**
 * What a pool did in each second of the last hour. Of a time in which nothing happens only the first and the last second
 * are kept, so that a pool that is idle costs nothing.
 */
export class SecondSeries {
  #seconds: Second[] = [];

  add(second: Second): void {
    const [before, last] = this.#seconds.slice(-2);
    const isStill = before !== undefined && last !== undefined && isSame(before, last) && isSame(last, second);
    if (isStill) this.#seconds.pop();
    this.#seconds.push(second);
    const from = second.at - 1000 * MOST_SECONDS;
    while ((this.#seconds[1]?.at ?? Infinity) < from) this.#seconds.shift();
  }

  /** Those that ended after an instant of the pool's clock. */
  after(at: number): readonly Second[] {
    return this.#seconds.filter((second) => second.at > at);
  }
}

/** Whether nothing happened in both, and nothing has changed between them. */
function isSame(one: Second, other: Second): boolean {
  const isQuiet = ({ begins, uses, counts }: Second): boolean =>
    begins !== true && uses.length === 0 && Object.values(counts).every((count) => count === 0);
  if (!isQuiet(one) || !isQuiet(other)) return false;
  return one.size === other.size && one.active === other.active && one.waiting === other.waiting;
}
