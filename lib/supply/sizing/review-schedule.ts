import { Alarm } from '../../base/alarm.ts';
import { inCurrentContext } from '../../base/async-context.ts';

/**
 * Runs a review in a microtask, once for all nudges until then, and again at the instant that the review returns. It
 * runs in the asynchronous context in which this object was created, not in that of the caller of `nudge`.
 */
export class ReviewSchedule {
  readonly #review: () => number;
  readonly #alarm: Alarm;
  readonly #run: () => void;
  #nudged = false;

  /** `review` returns the instant of the next review, in milliseconds of the monotonic clock; `Infinity`: none. */
  constructor(review: () => number) {
    this.#review = review;
    this.#run = inCurrentContext(this.#runReview.bind(this));
    this.#alarm = new Alarm(this.#run);
  }

  /** Schedules a review, since something may have changed. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    queueMicrotask(this.#run);
  }

  /** Clears the timer. A later `nudge` may set it again. */
  stop(): void {
    this.#alarm.clear();
  }

  #runReview(): void {
    this.#nudged = false;
    this.#alarm.setFor(this.#review());
  }
}
