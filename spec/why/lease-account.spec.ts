import { describe, expect, it } from 'vitest';
import { leaseAccount } from '../../lib/why/lease-account.ts';
import { idleOwner, leaseOf } from '../support/lease-of.ts';

const account = (facts: Parameters<typeof leaseOf>[1]) =>
  leaseAccount(leaseOf(idleOwner, facts), { strategy: 'roundRobin', reason: 'it was its turn', isBound: false }, 500);

describe('leaseAccount', () => {
  it('tells what the lease is, whose it is and how it came about', () => {
    expect(account({ id: 4, connection: 7, since: 440, among: 3 })).toEqual({
      lease: 4,
      connection: 7,
      strategy: 'roundRobin',
      because: 'it was its turn, among 3 that were free',
      waiter: null,
      waitedMs: 0,
      among: 3,
      heldMs: 60,
    });
  });

  it('does not speak of a choice where there was none', () => {
    expect(account({ among: 1 }).because).toBe('it was the only one free');
  });

  it('tells that the holder had to wait', () => {
    expect(account({ waiter: 9, waitedMs: 12.4 })).toMatchObject({
      because: 'it was the only one free after 12 ms in the queue',
      waiter: 9,
      waitedMs: 12.4,
    });
  });
});
