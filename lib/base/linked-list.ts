/** What may stand in a list, with its neighbours there. */
export interface Linked<T> {
  /** The list in which it stands; `undefined` where it stands in none. */
  list: object | undefined;
  previous: T | undefined;
  following: T | undefined;
}

/**
 * Items in the order in which they were added, each removed in a few steps. For what comes and goes all the time, in place of
 * a `Map` or `Set`: V8 makes a new table for those after every few hundred insertions, and the old tables keep what is long
 * gone from being collected.
 */
export class LinkedList<T extends Linked<T>> implements Iterable<T> {
  first: T | undefined;
  #last: T | undefined;

  push(item: T): void {
    (item as Linked<T>).list = this;
    item.previous = this.#last;
    if (this.#last === undefined) this.first = item;
    else this.#last.following = item;
    this.#last = item;
  }

  /** Does nothing with what is not in this list. */
  remove(item: T): void {
    if (item.list !== this) return;
    const { previous, following } = item;
    if (previous === undefined) this.first = following;
    else previous.following = following;
    if (following === undefined) this.#last = previous;
    else following.previous = previous;
    item.list = undefined;
    item.previous = undefined;
    item.following = undefined;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let item = this.first; item !== undefined; item = item.following) yield item;
  }
}
