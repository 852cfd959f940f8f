import { describe, expect, it } from 'vitest';
import { Fifo, type Numbered } from '../../lib/state/fifo.ts';

const numbered = (length: number): Numbered[] => Array.from({ length }, (_, i) => ({ id: 3 * i }));
const idsOf = (fifo: Iterable<Numbered>) => [...fifo].map(({ id }) => id);

function fifoOf(items: readonly Numbered[]) {
  const fifo = new Fifo<Numbered>(0);
  for (const item of items) fifo.push(item);
  return fifo;
}

describe('Fifo', () => {
  it('is empty at first', () => {
    const fifo = new Fifo(0);
    expect([fifo.length, fifo.first, fifo.get(1), idsOf(fifo)]).toEqual([0, undefined, undefined, []]);
  });

  it.each([1, 32, 33, 100])('keeps %i items in their order and finds each', (length) => {
    const items = numbered(length);
    const fifo = fifoOf(items);
    expect([...fifo]).toEqual(items);
    expect(items.map(({ id }) => fifo.get(id))).toEqual(items);
    expect([fifo.length, fifo.first]).toEqual([length, items[0]]);
  });

  it('does not find what is not there, or not any more', () => {
    const fifo = fifoOf(numbered(40));
    fifo.remove(0);
    expect([-1, 0, 1, 118, 1000].map((id) => fifo.get(id))).toEqual(Array.from({ length: 5 }, () => undefined));
  });

  it('goes on after it was empty', () => {
    const fifo = new Fifo<Numbered>(0);
    for (let id = 0; id < 100; id++) {
      fifo.push({ id });
      expect(idsOf(fifo)).toEqual([id]);
      fifo.remove(id);
      expect([fifo.length, fifo.first]).toEqual([0, undefined]);
    }
  });

  it('has its first item behind those that left', () => {
    const fifo = fifoOf(numbered(70));
    for (let id = 0; id < 3 * 69; id += 3) fifo.remove(id);
    expect([fifo.length, fifo.first?.id]).toEqual([1, 3 * 69]);
  });

  it('puts one item in the place of another', () => {
    const fifo = fifoOf(numbered(3));
    const other = { id: 3, other: true };
    fifo.replace(other);
    expect(fifo.get(3)).toBe(other);
    expect(idsOf(fifo)).toEqual([0, 3, 6]);
  });

  it('does not change when a fork of it does', () => {
    const fifo = fifoOf(numbered(34));
    const fork = fifo.fork(1);
    fork.push({ id: 200 });
    fork.remove(0);
    fork.replace({ id: 3 });
    fork.remove(99);
    expect([...fifo]).toEqual(numbered(34));
    expect(idsOf(fork)).toEqual([...idsOf(fifo).slice(1, -1), 200]);
  });
});
