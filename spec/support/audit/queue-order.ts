import assert from 'node:assert/strict';
import type { PoolEvent, PoolState } from '../../../lib/index.ts';
import { QueueModel } from '../queue-model.ts';
import type { Rule } from './rule.ts';

/** I4, I5 and I7 as the log tells them: who waits is written down in the plainest way. */
export class QueueOrder implements Rule {
  readonly #queue = new QueueModel();
  readonly #strategyServes: boolean;

  constructor(strategyServes = true) {
    this.#strategyServes = strategyServes;
  }

  after(event: PoolEvent, before: PoolState): void {
    if (event.type === 'wait') this.#queue.push({ ...event, id: event.waiter, since: event.at });
    else if (event.type === 'checkout' && event.waiter !== null) this.#serve(event.waiter);
    else if (event.type === 'checkout') this.#expectNobodyBefore(event.at);
    else if (event.type === 'leave') this.#leave(event.waiter, event.reason, before);
  }

  atRest({ waiters }: PoolState): void {
    const ids = Array.from(waiters, ({ id }) => id);
    assert.deepEqual(
      ids,
      this.#queue.order().map(({ id }) => id),
      'I7 the queue is in order',
    );
  }

  atEnd(): void {
    assert.deepEqual(this.#queue.all, [], 'I4 nobody waits for a pool that is closed');
  }

  #serve(waiter: number): void {
    const { first } = this.#queue;
    assert(this.#queue.serve(waiter), `I5 waiter ${waiter} gets a connection and does not wait`);
    assert.equal(waiter, first?.id, `I7 waiter ${waiter} overtakes ${first?.id ?? 0}`);
  }

  #expectNobodyBefore(at: number): void {
    // While a strategy fails its observers run, and may ask later than the one for whom it was to choose.
    const before = this.#queue.all.find(({ since }) => this.#strategyServes || since < at);
    assert(before === undefined, `I7 a newcomer overtakes ${before?.id ?? 0}`);
  }

  #leave(waiter: number, reason: string, before: PoolState): void {
    assert(this.#queue.remove(waiter), `I4 waiter ${waiter} leaves and does not wait`);
    if (reason !== 'connectFailed') return;
    const { idle, active, connecting, circuit, endpoints, endpointsEnded } = before;
    const mayConnect = circuit !== 'open' && !(endpointsEnded && endpoints.length === 0);
    assert(!mayConnect && idle + active + connecting === 0, 'I4 connectFailed though there is hope');
  }
}
