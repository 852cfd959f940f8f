import { Alarm } from '../alarm.ts';

/** Has something looked at in a microtask, once for all that happens in this one, and again when that asks for it. */
export class Reviewing {
  readonly #review: () => number;
  readonly #alarm: Alarm;
  #nudged = false;

  /** `review` returns the instant at which it wants to be called again, in milliseconds; `Infinity`: it does not. */
  constructor(review: () => number) {
    this.#review = review;
    this.#alarm = new Alarm(this.#run.bind(this));
  }

  /** Something may have changed. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    queueMicrotask(() => {
      this.#nudged = false;
      this.#run();
    });
  }

  /** No timer is left; whoever goes on nudging sets one again. */
  stop(): void {
    this.#alarm.clear();
  }

  #run(): void {
    this.#alarm.setFor(this.#review());
  }
}
