import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingRing } from '../../../lib/checkout/queue/pending-ring.ts';

const pending = (id: number) => ({ waiter: { id } });

/** A ring of the numbers from `from` on, so many. */
function ringOf(from: number, count: number) {
  const ring = new PendingRing<{ waiter: { id: number } }>();
  const all = Array.from({ length: count }, (_, i) => pending(from + i));
  for (const each of all) ring.add(each);
  return { ring, all };
}

describe('PendingRing', () => {
  it('finds and gives out what was added, once', () => {
    const { ring, all } = ringOf(1, 3);
    expect(ring.get(2)).toBe(all[1]);
    expect(ring.take(2)).toBe(all[1]);
    expect([ring.get(2), ring.take(2)]).toEqual([undefined, undefined]);
    expect([ring.take(1), ring.take(3)]).toEqual([all[0], all[2]]);
  });

  it('grows with the number of those who wait', () => {
    const { ring, all } = ringOf(1, 10_000);
    expect(all.every((each) => ring.take(each.waiter.id) === each)).toBe(true);
    ring.add(pending(10_001));
    expect(ring.get(10_001)).toBeDefined();
  });

  it('keeps one that waits while very many come and go', () => {
    const { ring, all } = ringOf(1, 1);
    let lost = 0;
    for (let waiter = 2; waiter < 100_000; waiter++) {
      ring.add(pending(waiter));
      if (ring.take(waiter)?.waiter.id !== waiter) lost++;
    }
    expect(lost).toBe(0);
    expect(ring.take(1)).toBe(all[0]);
  });

  it('goes on beyond 32 bits', () => {
    const { ring, all } = ringOf(2 ** 32 - 20, 40);
    expect(all.every((each) => ring.take(each.waiter.id) === each)).toBe(true);
  });

  it('agrees with a map, whoever leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { maxLength: 300 }), (steps) => {
        const ring = new PendingRing<{ waiter: { id: number } }>();
        const map = new Map<number, { waiter: { id: number } }>();
        steps.forEach((step, i) => {
          const waiter = Math.max(0, i - step);
          expect(ring.get(waiter)).toBe(map.get(waiter));
          if (step % 3 === 0) {
            expect(ring.take(waiter)).toBe(map.get(waiter));
            map.delete(waiter);
          }
          map.set(i, pending(i));
          ring.add(map.get(i) ?? pending(i));
        });
        for (const [waiter, each] of map) expect(ring.take(waiter)).toBe(each);
      }),
    );
  });
});
