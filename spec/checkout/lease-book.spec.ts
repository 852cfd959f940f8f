import { describe, expect, it } from 'vitest';
import { LeaseBook } from '../../lib/checkout/lease-book.ts';
import { idleOwner, leaseOf } from '../support/lease-of.ts';

const idsOf = (book: LeaseBook<string>) => [...book].map(({ id }) => id).sort((a, b) => a - b);

/** A book with a lease for each slot; ids count from 1. */
function bookOf(...slots: number[]) {
  const book = new LeaseBook<string>();
  const leases = slots.map((slot, i) => leaseOf(idleOwner, { id: i + 1, connection: slot + 1, slot }));
  for (const lease of leases) book.add(lease);
  return { book, leases };
}

describe('LeaseBook', () => {
  it('is empty at first', () => {
    expect(idsOf(new LeaseBook())).toEqual([]);
  });

  it('has the leases that are held, several on one slot too', () => {
    expect(idsOf(bookOf(3, 0, 3, 40).book)).toEqual([1, 2, 3, 4]);
  });

  it.each([1, 2, 3])('forgets a lease wherever it stands among those of its slot: %i', (id) => {
    const { book, leases } = bookOf(5, 5, 5, 6);
    for (const lease of leases) if (lease.id === id) book.remove(lease);
    expect(idsOf(book)).toEqual([1, 2, 3, 4].filter((other) => other !== id));
  });

  it('ends the leases of a slot that is lost, and no others', () => {
    const { book, leases } = bookOf(5, 5, 6);
    book.lose(5, { reason: 'closed' });
    expect(leases.map(({ status }) => status)).toEqual(['lost', 'lost', 'held']);
    expect(idsOf(book)).toEqual([3]);
  });

  it('loses nothing on a slot that nobody leased', () => {
    const { book } = bookOf(1);
    book.lose(0, { reason: 'down' });
    book.lose(9, { reason: 'down' });
    expect(idsOf(book)).toEqual([1]);
  });
});

describe('longestHeld', () => {
  const bookSince = (...instants: number[]) => {
    const book = new LeaseBook<string>();
    for (const [i, since] of instants.entries()) book.add(leaseOf(idleOwner, { id: i + 1, slot: i, since }));
    return book;
  };
  const idsOfLongest = (count: number, ...instants: number[]) =>
    bookSince(...instants)
      .longestHeld(count)
      .map(({ id }) => id);

  it.each<[number[], number, number[]]>([
    [[], 3, []],
    [[5], 3, [1]],
    [[4, 1, 3, 2], 3, [2, 4, 3]],
    [[1, 2, 3, 4], 2, [1, 2]],
    [[4, 3, 2, 1], 2, [4, 3]],
    [[7, 7, 7], 2, [1, 2]],
    [[1, 2], 0, []],
  ])('of leases since %j names %i: %j', (instants, count, ids) => {
    expect(idsOfLongest(count, ...instants)).toEqual(ids);
  });
});

describe('one lease, or those of one connection', () => {
  it('are found by their id', () => {
    const { book, leases } = bookOf(2, 0, 2);
    expect([1, 2, 3, 4].map((id) => book.find(id))).toEqual([...leases, undefined]);
  });

  it('are warned, and no others', () => {
    const { book, leases } = bookOf(2, 0, 2);
    const warned: number[] = [];
    for (const lease of leases) lease.holder = { revoked: () => warned.push(lease.id) };
    book.warn({ reason: 'retiring' }, 2);
    expect(warned.sort()).toEqual([1, 3]);
    book.warn({ reason: 'draining' });
    expect(warned.sort()).toEqual([1, 1, 2, 3, 3]);
  });
});
