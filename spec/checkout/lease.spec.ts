import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakePool } from '../support/fake-pool.ts';
import { listen } from '../support/listen.ts';
import { given, outcomeOf } from '../support/outcome.ts';
import { resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

async function leased(maxLeasesPerConnection = 1) {
  const { pool, server, log } = await fakePool({ minSize: 1, maxSize: 1, maxLeasesPerConnection });
  return { pool, server, log, lease: given(pool.tryCheckout()) };
}

describe('a lease', () => {
  it('I3 is not given back twice', async () => {
    const { pool, lease } = await leased();
    lease.checkin();
    const other = given(pool.tryCheckout());
    lease.checkin();
    lease.destroy();
    expect(pool.state).toMatchObject({ active: 1, checkins: 1, destroyed: 0, invalidCheckins: 2 });
    other.checkin();
    expect(pool.state).toMatchObject({ idle: 1, checkins: 2, invalidCheckins: 2 });
  });

  it('counts a checkin after its connection is gone as late', async () => {
    const { pool, server, lease, log } = await leased();
    server.kill(lease.connection);
    lease.checkin();
    await settle();
    expect(log.find(({ type }) => type === 'invalidCheckin')).toMatchObject({ lease: lease.id, reason: 'late' });
    expect(pool.state).toMatchObject({ idle: 1, checkins: 0, lost: 1, invalidCheckins: 1 });
  });

  it('may be disposed of in any state without being counted', async () => {
    const { pool, lease } = await leased();
    lease.checkin();
    lease[Symbol.dispose]();
    const other = given(pool.tryCheckout());
    other[Symbol.dispose]();
    expect(pool.state).toMatchObject({ idle: 1, checkins: 2, invalidCheckins: 0 });
  });

  it('tells why it was destroyed', async () => {
    const { log, lease } = await leased();
    lease.destroy('no answer');
    expect(log.find(({ type }) => type === 'destroy')).toMatchObject({ lease: lease.id, reason: 'no answer' });
  });
});

describe('revoked$', () => {
  it('completes when the lease is given back', async () => {
    const { lease } = await leased();
    const before = outcomeOf(lease.revoked$);
    lease.checkin();
    expect(before).toMatchObject({ values: 0, completions: 1 });
    expect(outcomeOf(lease.revoked$)).toMatchObject({ values: 0, completions: 1 });
  });

  it('tells that the connection is down, and completes', async () => {
    const { server, lease } = await leased();
    const outcome = outcomeOf(lease.revoked$);
    const cause = new Error('reset');
    server.kill(lease.connection, cause);
    expect(outcome).toMatchObject({ value: { reason: 'down', cause }, values: 1, completions: 1 });
  });

  it('tells it to whoever asks later, too', async () => {
    const { server, lease } = await leased();
    server.kill(lease.connection);
    expect(outcomeOf(lease.revoked$)).toMatchObject({ value: { reason: 'down' }, values: 1, completions: 1 });
  });

  it('asks to hurry when the pool is being closed, and the lease goes on', async () => {
    const { pool, lease } = await leased();
    const outcome = outcomeOf(lease.revoked$);
    const closed = pool.close();
    expect(outcome).toMatchObject({ value: { reason: 'draining' }, completions: 0 });
    lease.checkin();
    await closed;
    expect(outcome).toMatchObject({ values: 1, completions: 1 });
    expect(pool.state).toMatchObject({ checkins: 1, lost: 0 });
  });

  it('ends the lease before it tells, so that a checkin in answer to it is late', async () => {
    const { pool, server, lease, log } = await leased(2);
    const other = given(pool.tryCheckout());
    listen(lease.revoked$, () => {
      lease.checkin();
      other.checkin();
      other[Symbol.dispose]();
    });
    server.kill(lease.connection);
    expect(pool.state).toMatchObject({ checkins: 0, lost: 2, invalidCheckins: 2 });
    expect(log.filter(({ type }) => type === 'checkin')).toEqual([]);
  });
});
