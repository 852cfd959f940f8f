import { AsyncResource } from 'node:async_hooks';
import { Alarm } from '../../base/alarm.ts';

/**
 * Has something looked at in a microtask, once for all that happens in this one, and again when that asks for it. It is
 * done in the asynchronous context of whoever made this, not of whoever nudges.
 */
export class ReviewSchedule {
  readonly #review: () => number;
  readonly #alarm: Alarm;
  readonly #run: () => void;
  #nudged = false;

  /** `review` returns the instant at which it wants to be called again, in milliseconds; `Infinity`: it does not. */
  constructor(review: () => number) {
    this.#review = review;
    this.#run = AsyncResource.bind(this.#look, undefined, this);
    this.#alarm = new Alarm(this.#run);
  }

  /** Something may have changed. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    queueMicrotask(this.#run);
  }

  /** No timer is left; whoever goes on nudging sets one again. */
  stop(): void {
    this.#alarm.clear();
  }

  #look(): void {
    this.#nudged = false;
    this.#alarm.setFor(this.#review());
  }
}
