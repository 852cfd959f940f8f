import { describe, expect, it } from 'vitest';
import { connectionAccount } from '../../lib/why/connection-account.ts';
import { idleOwner, leaseOf } from '../support/lease-of.ts';
import { type BareEvent, checkout, health, on, opened, recordAt, stateAfter, up, wait } from '../support/pool-log.ts';

/** The account of the connection on slot 0 after these events, the last of which was 10 ms ago. */
function accountAfter(...events: BareEvent[]) {
  const state = stateAfter(opened({ maxLeasesPerConnection: 3 }), ...events);
  const at = 10 * (events.length + 2);
  return connectionAccount(recordAt(state, 0), [], { state, reason: 'it was its turn', at });
}

describe('connectionAccount', () => {
  it('tells what the connection is, and whose', () => {
    const state = stateAfter(opened(), ...up(0), checkout(0));
    const lease = leaseOf(idleOwner, { id: 4, connection: 1, since: 40, among: 1 });
    expect(connectionAccount(recordAt(state, 0), [lease], { state, reason: 'it was its turn', at: 50 })).toEqual({
      connection: 1,
      status: 'active',
      health: 'healthy',
      because: 'it is leased',
      ageMs: 30,
      requestCount: 1,
      failureCount: 0,
      leases: [expect.objectContaining({ lease: 4, because: 'it was the only one free', heldMs: 10 })],
    });
  });

  it.each<[string, BareEvent[]]>([
    ['it has been connecting for 10 ms', [{ type: 'connecting', ...on(0) }]],
    ['nobody waits, unused for 10 ms', up(0)],
    ['the next waiter is about to get it, unused for 20 ms', [...up(0), wait(1)]],
    ['it is leased 2 times', [...up(0), checkout(0), checkout(0)]],
    ['it is not leased, for its last health check failed', [...up(0), health(0, false)]],
    ['it is not leased, for its last 2 health checks failed', [...up(0), health(0, false), health(0, false)]],
    ['it is leased, and its last health check failed', [...up(0), checkout(0), health(0, false)]],
    ['it is not leased, for its endpoint rests or is set aside', [...up(0), { type: 'resting', until: 1e6 }]],
    ['it is being closed', [...up(0), { type: 'retire', ...on(0), reason: 'idle' }]],
    [
      'it is closed once it has been checked in, it is leased',
      [...up(0), checkout(0), { type: 'retire', ...on(0), reason: 'maxUses' }],
    ],
  ])('tells why: %s', (because, events) => {
    expect(accountAfter(...events).because).toBe(because);
  });
});
