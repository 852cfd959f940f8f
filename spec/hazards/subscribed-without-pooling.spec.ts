import { describe, expect, it, vi } from 'vitest';
import { tellingPool } from '../support/open-pool.ts';
import { updated } from '../support/telling-server.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

describe.each([{ pool: false }, { maxUses: 1 }])('with %j', (options) => {
  it('a subscription is upheld by a connection of its own, which ends with the last listener', async () => {
    const { pool, server } = await tellingPool({ ...options, maxSize: 2 });
    const heard = vi.fn();
    const subscription = pool.resourceUpdates(uri).subscribe(heard);
    await until(() => server.asked.length === 1);
    // Others come and go meanwhile.
    await pool.client.ping();
    await pool.client.ping();
    expect(pool.state.active).toBe(1);
    server.say(updated(uri));
    await until(() => heard.mock.calls.length === 1);
    subscription.unsubscribe();
    expect(pool.state.active).toBe(0);
    await until(() => server.sockets.size === (options.pool === false ? 0 : 1));
    expect(server.asked.filter((what) => what.startsWith('resources/subscribe'))).toHaveLength(1);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('a subscription does not keep the pool from closing', async () => {
    const { pool, server } = await tellingPool(options);
    const complete = vi.fn();
    pool.resourceUpdates(uri).subscribe({ complete });
    await until(() => server.asked.length === 1);
    await pool.close({ timeoutMs: Infinity });
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('a subscription moves on when its connection is to be replaced', async () => {
    const { pool, server } = await tellingPool({ ...options, maxLifetimeMs: 200 });
    pool.resourceUpdates(uri).subscribe();
    const subscribed = () => server.asked.filter((what) => what.startsWith('resources/subscribe'));
    await until(() => subscribed().length >= 2);
    expect(pool.state.lost).toBe(0);
  });
});
