import { describe, expect, it } from 'vitest';
import type { Waiter } from '../../lib/state/pool-state.ts';
import { WaiterQueue } from '../../lib/state/waiter-queue.ts';
import { seeded } from '../support/seeded.ts';

const waiter = (id: number, priority = 0): Waiter => ({ id, priority, since: id });
const keyed = (id: number, key: string, priority = 0): Waiter => ({ id, key, priority, since: id });
const idsOf = (queue: Iterable<Waiter>) => [...queue].map(({ id }) => id);

function queueOf(...waiters: Waiter[]) {
  const queue = new WaiterQueue();
  for (const one of waiters) queue.push(one);
  return queue;
}

/** The ids of the next so many, who are served. */
function served(queue: WaiterQueue, times: number) {
  return Array.from({ length: times }, () => {
    const id = queue.first?.id ?? 0;
    queue.serve(id);
    return id;
  });
}

/** The order in which these, the oldest first, have to be served. */
function inOrder(waiters: readonly Waiter[]) {
  return [...waiters].sort((a, b) => b.priority - a.priority || a.id - b.id);
}

describe('WaiterQueue', () => {
  it('has no first waiter when it is empty', () => {
    const queue = new WaiterQueue();
    expect([queue.first, queue.length, idsOf(queue)]).toEqual([undefined, 0, []]);
    expect([queue.remove(1, 0), queue.serve(1), queue.length]).toEqual([false, false, 0]);
  });

  it('serves who came first', () => {
    expect(idsOf(queueOf(waiter(1), waiter(2), waiter(3)))).toEqual([1, 2, 3]);
  });

  it('serves higher priorities first, and who came first within one', () => {
    const queue = queueOf(waiter(1), waiter(2, 5), waiter(3, -1), waiter(4, 5), waiter(5));
    expect(idsOf(queue)).toEqual([2, 4, 1, 5, 3]);
    expect(queue.first?.id).toBe(2);
  });

  it('takes fractions for priorities', () => {
    expect(idsOf(queueOf(waiter(1, 0.5), waiter(2, 0.25), waiter(3, 0.75)))).toEqual([3, 1, 2]);
  });

  it('lets waiters leave from the front, the middle and the end', () => {
    const queue = queueOf(...Array.from({ length: 100 }, (_, i) => waiter(i)));
    for (const id of [0, 50, 99, 1, 31, 32, 33]) expect(queue.remove(id, 0)).toBe(true);
    const rest = Array.from({ length: 100 }, (_, i) => i).filter((id) => ![0, 50, 99, 1, 31, 32, 33].includes(id));
    expect(idsOf(queue)).toEqual(rest);
    expect([queue.length, queue.first?.id]).toEqual([93, 2]);
  });

  it('does not remove anybody twice', () => {
    const queue = queueOf(waiter(1), waiter(2));
    expect([queue.remove(1, 0), queue.remove(1, 0), queue.length]).toEqual([true, false, 1]);
  });

  it('does not remove anybody who stands elsewhere', () => {
    const queue = queueOf(waiter(1), keyed(2, 'a'));
    expect([queue.remove(1, 5), queue.remove(1, 0, 'a'), queue.remove(2, 0)]).toEqual([false, false, false]);
    expect(idsOf(queue)).toEqual([1, 2]);
  });

  it('finds its first waiter though another priority has become empty', () => {
    const queue = queueOf(waiter(1, 5));
    queue.remove(1, 5);
    queue.push(waiter(2, 0));
    expect([queue.first?.id, queue.length]).toEqual([2, 1]);
  });

  it('does not change when a fork of it does', () => {
    const queue = queueOf(waiter(1), waiter(2, 3));
    const fork = queue.fork();
    fork.push(waiter(3, 3));
    fork.remove(1, 0);
    expect({ queue: idsOf(queue), fork: idsOf(fork) }).toEqual({ queue: [2, 1], fork: [2, 3] });
  });

  it('serves one of each key in turn, those without a key as one of them', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'a'), keyed(3, 'a'), waiter(4), waiter(5), keyed(6, 'b'));
    expect(idsOf(queue)).toEqual([1, 4, 6, 2, 5, 3]);
    expect(served(queue, 6)).toEqual([1, 4, 6, 2, 5, 3]);
  });

  it('takes the empty string for a key', () => {
    expect(idsOf(queueOf(waiter(1), waiter(2), keyed(3, '')))).toEqual([1, 3, 2]);
  });

  it('lets a new key join at the end of the ring, which is before the second of those in front', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'a'), keyed(3, 'b'), keyed(4, 'b'));
    expect(served(queue, 1)).toEqual([1]);
    queue.push(keyed(5, 'c'));
    expect(idsOf(queue)).toEqual([3, 2, 5, 4]);
  });

  it('sends a key that comes back to the end of the ring', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'b'), keyed(3, 'b'), keyed(4, 'c'));
    expect(served(queue, 1)).toEqual([1]);
    queue.push(keyed(5, 'a'));
    expect(idsOf(queue)).toEqual([2, 4, 5, 3]);
  });

  it('leaves a key its turn when somebody leaves who was not served', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'a'), keyed(3, 'b'));
    expect(queue.remove(1, 0, 'a')).toBe(true);
    expect(idsOf(queue)).toEqual([2, 3]);
  });

  it('sends a key to the end of the ring when somebody is served out of turn', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'b'), keyed(3, 'b'), keyed(4, 'c'));
    expect(queue.serve(3)).toBe(true);
    expect(idsOf(queue)).toEqual([1, 4, 2]);
  });

  it('has a ring of its own for each priority', () => {
    const queue = queueOf(keyed(1, 'a'), keyed(2, 'a'), keyed(3, 'b'), keyed(4, 'a', 1), keyed(5, 'b', 1));
    expect(served(queue, 5)).toEqual([4, 5, 1, 3, 2]);
  });

  it('lets nobody starve: of a hundred keys each waits for one of every other one at most', () => {
    const noisy = Array.from({ length: 1000 }, (_, i) => keyed(i, 'noisy'));
    const quiet = Array.from({ length: 99 }, (_, i) => keyed(1000 + i, `quiet ${i}`));
    const first = served(queueOf(...noisy, ...quiet), 100);
    expect(first).toEqual([0, ...quiet.map(({ id }) => id)]);
  });

  it.each([31, 32, 33, 34])('agrees with a sorted list through 4000 random changes (seed %i)', (seed) => {
    const below = seeded(seed);
    const queue = new WaiterQueue();
    let list: Waiter[] = [];
    for (let id = 0; id < 4000; id++) {
      // It grows in one half of the time and shrinks in the other.
      if (below(10) < (id % 1000 < 500 ? 8 : 3)) {
        const one = waiter(id, below(3));
        queue.push(one);
        list = inOrder([...list, one]);
      } else {
        const gone = below(3) === 0 ? list[0] : list[below(list.length)];
        expect(queue.remove(gone?.id ?? -1, gone?.priority ?? 0)).toBe(gone !== undefined);
        list = list.filter((one) => one !== gone);
      }
      expect([queue.length, queue.first]).toEqual([list.length, list[0]]);
      if (id % 50 === 0) expect([...queue]).toEqual(list);
    }
  });

  it.each([41, 42])('never changes a fork, nor what was forked (seed %i)', (seed) => {
    const below = seeded(seed);
    const queues = [{ queue: new WaiterQueue(), list: [] as Waiter[] }];
    for (let id = 0; id < 2000; id += 4) {
      const from = queues[queues.length - 1 - below(Math.min(3, queues.length))];
      if (from === undefined) continue;
      const queue = from.queue.fork();
      const added = [0, 1, 2, 3].map((i) => waiter(id + i, below(2)));
      for (const one of added) queue.push(one);
      let list = inOrder([...from.list, ...added]);
      for (let i = below(7); i > 0; i--) {
        const gone = list[below(list.length)];
        queue.remove(gone?.id ?? -1, gone?.priority ?? 0);
        list = list.filter((one) => one !== gone);
      }
      queues.push({ queue, list });
    }
    for (const { queue, list } of queues) expect([...queue]).toEqual(list);
  });
});
