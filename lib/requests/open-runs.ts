import type { Turn } from './responses.ts';

/** A run's place among others, for a job that keeps several. */
export abstract class Listed {
  /** Its place in the order of the responses. */
  turn: Turn | undefined = undefined;
  /** Its neighbours in the list of those that are open. */
  before: this | undefined = undefined;
  after: this | undefined = undefined;
  isListed = false;
}

/**
 * What is open, in the order in which it began. A list of neighbours and no set: V8 makes a new table for a set after every
 * few hundred insertions, and the old tables keep what is long over from being collected.
 */
export class OpenRuns<T extends Listed> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;

  add(run: T): void {
    run.isListed = true;
    run.before = this.#last;
    if (this.#last === undefined) this.#first = run;
    else this.#last.after = run;
    this.#last = run;
  }

  /** Does nothing with what is not in the list. */
  delete(run: T): void {
    if (!run.isListed) return;
    const { before, after } = run;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    run.before = undefined;
    run.after = undefined;
    run.isListed = false;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let run = this.#first; run !== undefined; run = run.after) yield run;
  }
}
