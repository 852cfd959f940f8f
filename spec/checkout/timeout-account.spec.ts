import { describe, expect, it } from 'vitest';
import { LeaseBook } from '../../lib/checkout/lease-book.ts';
import { PoolLease } from '../../lib/checkout/lease.ts';
import { timeoutAccount } from '../../lib/checkout/timeout-account.ts';
import { checkout, health, on, opened, stateAfter, up, wait } from '../support/pool-log.ts';

const office = { checkin: () => undefined, destroy: () => undefined };
const nobody = new LeaseBook<string>();
const connecting = (slot: number) => ({ type: 'connecting', ...on(slot) }) as const;
const failed = (slot: number) => ({ type: 'connectFailed', ...on(slot), error: '' }) as const;

describe('timeoutAccount', () => {
  it('counts what the pool is busy with', () => {
    const events = [...up(0, 1, 2), checkout(0), health(2, false), connecting(3), wait(1), wait(2)];
    expect(timeoutAccount(stateAfter(opened({ maxSize: 9 }), ...events), nobody, 0)).toEqual({
      phase: 'connecting',
      size: 4,
      maxSize: 9,
      idle: 2,
      active: 1,
      connecting: 1,
      unhealthy: 1,
      waiting: 2,
      holders: [],
    });
  });

  it('names the three who hold a connection longest', () => {
    const book = new LeaseBook<string>();
    for (const [i, since] of [40, 10, 30, 20].entries()) book.add(new PoolLease(office, i + 1, '', 7 + i, i, since));
    expect(timeoutAccount(stateAfter(opened()), book, 100).holders).toEqual([
      { lease: 2, connection: 8, heldMs: 90 },
      { lease: 4, connection: 10, heldMs: 80 },
      { lease: 3, connection: 9, heldMs: 70 },
    ]);
  });

  it.each([
    ['waiting', [...up(0), checkout(0)]],
    ['connecting', [connecting(0)]],
    ['connecting', [connecting(0), failed(0), connecting(0)]],
    ['backing off', [connecting(0), failed(0)]],
    ['waiting', [connecting(0), failed(0), ...up(0)]],
  ] as const)('is in the phase %s', (phase, events) => {
    expect(timeoutAccount(stateAfter(opened(), ...events), nobody, 0).phase).toBe(phase);
  });
});
