import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lease, Pool } from '../../../lib/index.ts';
import { errorOf } from '../../support/error-of.ts';
import { fakeFamily } from '../../support/fake-family.ts';
import type { FakeConnection } from '../../support/fake-server.ts';
import { codeOf, given } from '../../support/outcome.ts';
import { elapse, resumeTime, settle, stopTime } from '../../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('a pool of a family', () => {
  it('is opened by the first who asks for it, and shared by all with the same key', async () => {
    const { family, pools } = fakeFamily();
    expect(family.size).toBe(0);
    const first = family.for('a');
    expect(family.for('a')).toBe(first);
    expect(family.for('b')).not.toBe(first);
    expect(pools).toHaveLength(2);
    expect(family.size).toBe(2);
    await family.close();
  });

  it('is opened once by two who use it first, at the same time', async () => {
    const { family, pools, servers } = fakeFamily({}, { minSize: 0, maxSize: 1 });
    await Promise.all([1, 2].map(() => family.for('a').use(() => settle())));
    expect(pools).toHaveLength(1);
    expect(servers[0]?.connections).toHaveLength(1);
    await family.close();
  });

  it('is opened once though its options ask for it as well', async () => {
    const opened: string[] = [];
    const made = fakeFamily();
    const { family } = fakeFamily({
      prepare: (principal, _request, name) => {
        if (opened.length === 0) {
          opened.push(name);
          family.for(principal);
        }
        return () => made.family.for(name);
      },
    });
    const pool = family.for('a');
    expect(family.for('a')).toBe(pool);
    expect(made.pools).toHaveLength(1);
    await family.close();
  });

  it('is not opened when its options close the family', async () => {
    const { family, pools } = fakeFamily({
      prepare: () => {
        void family.close();
        return () => {
          throw new Error('opened');
        };
      },
    });
    expect(() => family.for('a')).toThrow('pools: the pool is closed');
    expect(pools).toEqual([]);
    await family.close();
  });

  it('leaves everything as it was when it cannot be opened', async () => {
    const bad = new RangeError('bad options');
    const { family, pools } = fakeFamily({ maxPools: 1 });
    const before = family.for('a');
    const throwing = fakeFamily({
      maxPools: 1,
      prepare: (principal) => () => {
        if (principal === 'bad') throw bad;
        return before;
      },
    });
    const kept = throwing.family.for('good');
    expect(() => throwing.family.for('bad')).toThrow(bad);
    expect(throwing.family.for('good')).toBe(kept);
    expect(throwing.family.metrics).toMatchObject({ openPools: 1, closingPools: 0, totalPools: 1 });
    expect(pools).toHaveLength(1);
    await family.close();
  });
});

describe('a full family', () => {
  it('closes the pool that was idle longest for a new one', async () => {
    const { family, pools } = fakeFamily({ maxPools: 2 });
    const [a, b] = [family.for('a'), family.for('b')];
    await elapse(10);
    family.for('a');
    family.for('c');
    expect(family.size).toBe(2);
    await settle();
    expect(b.state.phase).toBe('closed');
    expect(family.for('a')).toBe(a);
    expect(pools).toHaveLength(3);
    await family.close();
  });

  it('closes none that is in use, and refuses at once', async () => {
    const { family } = fakeFamily({ maxPools: 2 });
    const a = await firstLease(family.for('a'));
    const b = await firstLease(family.for('b'));
    const refused = (): unknown => family.for('c');
    expect(refused).toThrow('pools: all 2 pools are in use, the limit is 2');
    expect(errorOf(refused)).toMatchObject({
      code: 'POOL_LIMIT_REACHED',
      data: { name: 'pools', open: 2, closing: 0, limit: 2 },
    });
    expect(family.metrics.refusedPools).toBe(2);
    b.checkin();
    expect(family.for('c').name).toBe('pools-3');
    a.checkin();
    await family.close();
  });

  it('does not let those pile up that take long to close', async () => {
    const { family, servers } = fakeFamily({ maxPools: 1 });
    for (const principal of ['a', 'b']) {
      family.for(principal);
      await settle();
      const server = given(servers.at(-1));
      server.behaviour.closeMs = 100;
    }
    expect(codeOf(errorOf(() => family.for('c')))).toBe('POOL_LIMIT_REACHED');
    expect(family.metrics).toMatchObject({ openPools: 1, closingPools: 1 });
    await elapse(100);
    expect(family.for('c').name).toBe('pools-3');
    const closed = family.close();
    await elapse(100);
    await closed;
  });
});

describe('close()', () => {
  it('closes every pool, and hands out none any more', async () => {
    const { family, pools } = fakeFamily();
    for (const principal of ['a', 'b']) family.for(principal);
    await settle();
    const closed = family.close();
    expect(codeOf(errorOf(() => family.for('a')))).toBe('POOL_CLOSED');
    expect(codeOf(errorOf(() => family.for('c')))).toBe('POOL_CLOSED');
    await closed;
    expect(pools.map(({ state }) => state.phase)).toEqual(['closed', 'closed']);
    expect(family.size).toBe(0);
  });

  it('gets the same promise twice, and the second may give less time', async () => {
    const { family } = fakeFamily();
    await firstLease(family.for('a'));
    const first = family.close();
    expect(family.close({ timeoutMs: 10 })).toBe(first);
    await elapse(10);
    await first;
    expect(family.metrics).toMatchObject({ openPools: 0, closingPools: 0, activeConnections: 0 });
  });

  it('waits for pools that were being closed already', async () => {
    const { family, servers } = fakeFamily();
    family.for('a');
    await settle();
    given(servers[0]).behaviour.closeMs = 500;
    await elapse(1000);
    expect(family.metrics).toMatchObject({ openPools: 0, closingPools: 1 });
    let isClosed = false;
    void family.close().then(() => (isClosed = true));
    await elapse(400);
    expect(isClosed).toBe(false);
    await elapse(100);
    expect(isClosed).toBe(true);
  });

  it('is done at once where nothing was opened, and leaves no timer', async () => {
    const { family } = fakeFamily();
    await family.close();
    expect(family.metrics.totalPools).toBe(0);
  });

  it('refuses a time that makes no sense before anything is closed', async () => {
    const { family } = fakeFamily();
    const pool = family.for('a');
    expect(() => family.close({ timeoutMs: -1 })).toThrow(RangeError);
    expect(() => pool.close({ timeoutMs: -1 })).toThrow(RangeError);
    expect(family.for('a')).toBe(pool);
    await family.close();
  });
});

function firstLease(pool: Pool<FakeConnection>): Promise<Lease<FakeConnection>> {
  return firstValueFrom(pool.checkout());
}
