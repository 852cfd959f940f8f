import { describe, expect, it } from 'vitest';
import { KeyRing, type Queued } from '../../lib/state/key-ring.ts';

const idsOf = (ring: Iterable<Queued>) => [...ring].map(({ id }) => id);

/** A ring of so many keys, each with two who wait: the ids of a key are its number, and that and `keys`. */
function ringOf(keys: number) {
  const ring = new KeyRing<Queued>(0, 7);
  for (let id = 0; id < 2 * keys; id++) ring.push({ id, key: `key ${id % keys}`, priority: 7 });
  return ring;
}

describe('KeyRing', () => {
  it('counts those of all keys', () => {
    const ring = ringOf(3);
    expect([ring.length, ring.first?.id, ring.priority]).toEqual([6, 0, 7]);
  });

  it('serves a key once in a round', () => {
    const ring = ringOf(3);
    ring.serve(0);
    expect(idsOf(ring)).toEqual([1, 2, 3, 4, 5]);
    ring.push({ id: 6, key: 'key 0', priority: 7 });
    expect(idsOf(ring)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('forgets a key of which nobody waits', () => {
    const ring = ringOf(2);
    ring.serve(0);
    ring.remove(2, 'key 0');
    ring.push({ id: 9, key: 'key 0', priority: 7 });
    expect(idsOf(ring)).toEqual([1, 9, 3]);
  });

  it('goes on with another key when the last one of a key has gone', () => {
    const ring = new KeyRing<Queued>(0, 0);
    ring.push({ id: 1, key: 'a', priority: 0 });
    expect(ring.serve(1)).toBe(true);
    expect([ring.length, ring.first, idsOf(ring)]).toEqual([0, undefined, []]);
    ring.push({ id: 2, key: 'b', priority: 0 });
    ring.push({ id: 3, key: 'a', priority: 0 });
    expect(idsOf(ring)).toEqual([2, 3]);
  });

  it('does not know who is not there', () => {
    const ring = ringOf(2);
    expect([ring.serve(9), ring.remove(9, 'key 0'), ring.remove(0, 'key 1'), ring.remove(0, undefined)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(ring.length).toBe(4);
  });

  it('goes two ways from one ring, each of which finds every key', () => {
    const ring = ringOf(100);
    const ways = [ring.fork(1), ring.fork(1)];
    for (const way of ways) {
      for (let id = 100; id < 200; id++) expect(way.remove(id, `key ${id - 100}`)).toBe(true);
      for (let id = 200; id < 300; id++) way.push({ id, key: `key ${id - 200}`, priority: 7 });
    }
    const both = [...Array.from({ length: 100 }, (_, i) => i), ...Array.from({ length: 100 }, (_, i) => 200 + i)];
    expect(ways.map(idsOf)).toEqual([both, both]);
    expect(idsOf(ring)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });
});
