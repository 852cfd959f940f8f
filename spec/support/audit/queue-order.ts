import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import type { Rule } from './rule.ts';

type Wait = Extract<PoolEvent, { type: 'wait' }>;

/** I4, I5 and I7 as the log tells them: who waits is written down in the plainest way. */
export class QueueOrder implements Rule {
  readonly #strategyServes: boolean;
  /** In the order in which they are to be served. */
  #waiting: Wait[] = [];

  constructor(strategyServes = true) {
    this.#strategyServes = strategyServes;
  }

  after(event: PoolEvent, before: PoolState): void {
    if (event.type === 'wait') this.#enter(event);
    else if (event.type === 'checkout' && event.waiter !== null) this.#serve(event.waiter);
    else if (event.type === 'checkout') this.#expectNobodyBefore(event.at);
    else if (event.type === 'leave') this.#leave(event.waiter, event.reason, before);
  }

  atRest({ waiters }: PoolState): void {
    const ids = this.#waiting.map(({ waiter }) => waiter);
    assert.deepEqual(
      Array.from(waiters, ({ id }) => id),
      ids,
      'I7 the queue is in order',
    );
  }

  atEnd(): void {
    assert.deepEqual(this.#waiting, [], 'I4 nobody waits for a pool that is closed');
  }

  #enter(wait: Wait): void {
    const ahead = this.#waiting.filter(({ priority }) => priority >= wait.priority);
    this.#waiting = [...ahead, wait, ...this.#waiting.slice(ahead.length)];
  }

  #serve(waiter: number): void {
    const at = this.#waiting.findIndex((other) => other.waiter === waiter);
    assert(at !== -1, `I5 waiter ${waiter} gets a connection and does not wait`);
    assert(at === 0, `I7 waiter ${waiter} overtakes ${this.#waiting[0]?.waiter ?? 0}`);
    this.#waiting.shift();
  }

  #expectNobodyBefore(at: number): void {
    // While a strategy fails its observers run, and may ask later than the one for whom it was to choose.
    const before = this.#waiting.filter((wait) => this.#strategyServes || wait.at < at);
    assert(before.length === 0, `I7 a newcomer overtakes ${before[0]?.waiter ?? 0}`);
  }

  #leave(waiter: number, reason: string, { idle, active, connecting, connectFailures }: PoolState): void {
    const at = this.#waiting.findIndex((other) => other.waiter === waiter);
    assert(at !== -1, `I4 waiter ${waiter} leaves and does not wait`);
    this.#waiting.splice(at, 1);
    if (reason !== 'connectFailed') return;
    assert(connectFailures > 0 && idle + active + connecting === 0, 'I4 connectFailed though there is hope');
  }
}
