import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease, Pool } from '../../../lib/index.ts';
import { fakeFamily } from '../../support/fake-family.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { outcomeOf, valueOf } from '../../support/outcome.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('an idle pool', () => {
  it('is closed when nobody has asked for it for so long, and opened anew after that', async () => {
    const { family, pools, servers } = fakeFamily();
    family.for('a');
    await elapse(999);
    expect(family.size).toBe(1);
    await elapse(1);
    expect(family.size).toBe(0);
    expect(servers[0]?.alive).toEqual([]);
    expect(pools[0]?.state.phase).toBe('closed');
    expect(family.for('a')).toBe(pools[1]);
    await family.close();
  });

  it('stays open as long as it is asked for now and then', async () => {
    const { family, pools } = fakeFamily();
    for (let i = 0; i < 5; i++) {
      family.for('a');
      await elapse(900);
    }
    expect(pools).toHaveLength(1);
    await elapse(100);
    expect(family.size).toBe(0);
  });

  it('is counted from the end of its last lease, though nobody asked for it since', async () => {
    const { family } = fakeFamily();
    const lease = await firstLease(family.for('a'));
    await elapse(5000);
    expect(family.size).toBe(1);
    lease.checkin();
    await elapse(999);
    expect(family.size).toBe(1);
    await elapse(1);
    expect(family.size).toBe(0);
  });

  it('is in use while somebody waits for a connection', async () => {
    const { family } = fakeFamily({}, { minSize: 0, maxSize: 1, checkoutTimeoutMs: 0, connectTimeoutMs: 0 });
    const pool = family.for('a');
    const lease = await firstLease(pool);
    const waiter = outcomeOf(pool.checkout());
    lease.checkin();
    valueOf(waiter).destroy();
    const late = outcomeOf(pool.checkout());
    await elapse(0);
    valueOf(late);
    await elapse(10_000);
    expect(family.size).toBe(1);
    valueOf(late).checkin();
    await family.close();
  });

  it('is in use while the connection of a lease is being retired', async () => {
    const { family } = fakeFamily({}, { maxLifetimeMs: 10 });
    const lease = await firstLease(family.for('a'));
    await elapse(3000);
    expect(family.for('a').state).toMatchObject({ closing: 1, active: 0 });
    await elapse(3000);
    expect(family.size).toBe(1);
    lease.checkin();
    await family.close();
  });

  it('has been needed until its lease was lost', async () => {
    const { family, pools, servers } = fakeFamily();
    const lease = await firstLease(family.for('a'));
    await elapse(2500);
    servers[0]?.kill(lease.connection);
    await elapse(1000);
    // The state does not tell when it was lost: seen at 3000, and so counted from then.
    expect(pools[0]?.state).toMatchObject({ lost: 1, phase: 'open' });
    await elapse(1000);
    expect(pools[0]?.state.phase).toBe('closed');
  });

  it('is never closed without a limit', async () => {
    const { family } = fakeFamily({ idleTimeoutMs: 0 }, { healthCheckIntervalMs: 0 });
    family.for('a');
    await elapse(24 * 3_600_000);
    expect(family.size).toBe(1);
    await family.close();
  });
});

function firstLease(pool: Pool<FakeConnection>): Promise<Lease<FakeConnection>> {
  return firstValueFrom(pool.checkout());
}
