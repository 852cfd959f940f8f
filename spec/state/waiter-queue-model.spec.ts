import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Waiter } from '../../lib/state/pool-state.ts';
import { WaiterQueue } from '../../lib/state/waiter-queue.ts';
import { QueueModel } from '../support/queue-model.ts';

interface Step {
  readonly kind: 'push' | 'serve' | 'serveAny' | 'remove' | 'fork' | 'revive';
  /** Which of the queues, from the newest; which of those who wait. */
  readonly on: number;
  readonly nth: number;
  readonly times: number;
  readonly key: number;
  readonly priority: number;
}

/** A queue, and what it has to be. One that was forked is not edited any more. */
interface Branch {
  queue: WaiterQueue;
  model: QueueModel;
  forked: boolean;
}

const keys = fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 });
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('push', 'push', 'push', 'serve', 'serve', 'serve', 'serveAny', 'remove', 'fork', 'revive'),
    on: fc.nat(3),
    nth: fc.nat(),
    times: fc.integer({ min: 1, max: 20 }),
    key: fc.nat(6),
    priority: fc.constantFrom(0, 0, 0, 1, -0.5),
  }),
  { maxLength: 150, size: 'max' },
);

const jsonOf = (queue: WaiterQueue) => JSON.parse(JSON.stringify([...queue])) as Waiter[];

function queueOf(waiters: Iterable<Waiter>) {
  const queue = new WaiterQueue();
  for (const waiter of waiters) queue.push({ ...waiter });
  return queue;
}

/** Takes some steps and looks at the queue after each. */
class Run {
  readonly #keys: readonly string[];
  readonly #branches: Branch[] = [{ queue: new WaiterQueue(), model: new QueueModel(), forked: false }];
  #lastId = 0;

  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  take(step: Step): void {
    const branch = this.#branches.at(-1 - (step.on % this.#branches.length));
    if (branch === undefined) return;
    if (step.kind === 'fork') this.#fork(branch);
    else if (!branch.forked) this.#edit(branch, step);
  }

  end(): void {
    for (const { queue, model } of this.#branches) {
      const order = model.order();
      expect([...queue]).toEqual(order);
      expect(order.map((waiter) => queue.placeOf(waiter))).toEqual(order.map((_, i) => i + 1));
    }
  }

  #fork(branch: Branch): void {
    branch.forked = true;
    this.#branches.push({ queue: branch.queue.fork(), model: branch.model.copy(), forked: false });
  }

  #edit(branch: Branch, step: Step): void {
    if (step.kind === 'revive') branch.queue = queueOf(jsonOf(branch.queue));
    for (let i = 0; i < step.times; i++) this.#change(branch, step, step.nth + i * step.key);
    expect([branch.queue.length, branch.queue.first]).toEqual([branch.model.all.length, branch.model.first]);
  }

  #change({ queue, model }: Branch, step: Step, nth: number): void {
    const { all } = model;
    const any = all[nth % Math.max(all.length, 1)];
    switch (step.kind) {
      case 'push': {
        const waiter = this.#newWaiter(step);
        queue.push(waiter);
        model.push(waiter);
        return;
      }
      case 'serve':
        expect(queue.serve(queue.first?.id ?? 0)).toBe(any !== undefined);
        model.serve(model.first?.id ?? 0);
        return;
      case 'serveAny':
        expect(queue.serve(any?.id ?? 0)).toBe(any !== undefined);
        model.serve(any?.id ?? 0);
        return;
      case 'remove':
        expect(queue.remove(any?.id ?? 0, any?.priority ?? 0, any?.key)).toBe(any !== undefined);
        model.remove(any?.id ?? 0);
        return;
      case 'fork':
      case 'revive':
    }
  }

  #newWaiter({ key: nth, priority }: Step): Waiter {
    const id = ++this.#lastId;
    const key = this.#keys[nth];
    return key === undefined ? { id, priority, since: id } : { id, key, priority, since: id };
  }
}

it('I7 serves in the order of the model, whatever happens, and no fork changes what was forked', () => {
  fc.assert(
    fc.property(keys, steps, (someKeys, someSteps) => {
      const run = new Run(someKeys);
      for (const step of someSteps) run.take(step);
      run.end();
    }),
    { numRuns: 300 },
  );
});
