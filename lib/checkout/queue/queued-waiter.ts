import type { Waiter } from '../../state/pool-state.ts';

/**
 * A waiter as it stands in the state. It knows its live side, a pending checkout, which is no part of the state: nobody sees it there, and a
 * snapshot keeps nothing alive once the waiter has been served or has left.
 */
export class QueuedWaiter<Live> implements Waiter {
  declare readonly id: number;
  declare readonly key?: string;
  declare readonly priority: number;
  declare readonly since: number;
  #pending: Live | undefined;

  constructor(id: number, key: string | undefined, priority: number, since: number) {
    this.id = id;
    if (key !== undefined) this.key = key;
    this.priority = priority;
    this.since = since;
  }

  /** The live side; `undefined` before the waiter has joined the queue, and after it has left. */
  get pending(): Live | undefined {
    return this.#pending;
  }

  set pending(pending: Live | undefined) {
    this.#pending = pending;
  }
}
