import assert from 'node:assert/strict';
import type { Checkout } from '../../../lib/events/pool-event.ts';
import type { PoolEvent, PoolState, Waiter } from '../../../lib/index.ts';
import { QueueModel } from '../queue-model.ts';
import type { Rule } from './rule.ts';

/** I4, I5 and I7 where connections are kept for keys: each key is a queue of its own once it has a connection. */
export class KeyOrder implements Rule {
  readonly #queue = new QueueModel();

  after(event: PoolEvent, before: PoolState, after: PoolState): void {
    if (event.type === 'wait') this.#queue.push({ ...event, id: event.waiter, since: event.at });
    else if (event.type === 'leave') assert(this.#queue.remove(event.waiter), 'I4 leaves and does not wait');
    else if (event.type === 'checkout') this.#checkOut(event, before, after);
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

  #checkOut({ waiter, pin, slot }: Checkout, before: PoolState, after: PoolState): void {
    assert.equal(after.checkouts, before.checkouts + 1, 'I3 a lease of what cannot be leased for this key');
    const isNew = before.connections.get(slot)?.pin === null;
    const first = this.#queue.firstOfEach.find(isNew ? lacking(before) : ({ key }) => key === pin);
    if (waiter === null) {
      assert.equal(first, undefined, `I7 a newcomer overtakes ${first?.id ?? 0}`);
      return;
    }
    assert.equal(waiter, first?.id, `I7 waiter ${waiter} overtakes ${first?.id ?? 0}`);
    assert(this.#queue.serve(waiter), `I5 waiter ${waiter} gets a connection and does not wait`);
  }
}

/** Whether a waiter's key has no connection. */
function lacking({ connections }: PoolState): (waiter: Waiter) => boolean {
  const kept = new Set<string | null>();
  for (const { pin, status, leases } of connections) if (status !== 'closing' || leases > 0) kept.add(pin);
  return ({ key }) => key === undefined || !kept.has(key);
}
