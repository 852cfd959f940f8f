import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type McpPoolFamily, createMcpPoolFamily, tcp } from '../../lib/mcp/index.ts';
import { startTellingServer } from '../support/telling-server.ts';
import { until } from '../support/until.ts';

let pools: McpPoolFamily<string>;
afterEach(() => pools.close());

async function openPools(options: { readonly maxPools?: number } = {}): Promise<void> {
  const server = await startTellingServer();
  onTestFinished(() => server.stop());
  const transport = tcp({ port: server.port });
  pools = createMcpPoolFamily({
    key: (principal) => principal,
    options: () => ({ transport }),
    idleTimeoutMs: 100,
    ...options,
  });
}

describe('a pool of a family', () => {
  it('stays open while somebody listens to what its server tells, and is closed after that', async () => {
    await openPools();
    const complete = vi.fn();
    const subscription = pools.for('heard').listChanges('tools').subscribe({ complete });
    await pools.for('heard').ready();
    // The other one is as old, and nobody needs it.
    pools.for('unheard');
    await until(() => pools.size === 1);
    expect(pools.list()[0]).toMatchObject({ name: 'pools-1', idleSince: null });
    expect(complete).not.toHaveBeenCalled();
    const leftAt = performance.now();
    subscription.unsubscribe();
    expect(pools.list()[0]?.idleSince).toBeGreaterThanOrEqual(leftAt);
    await until(() => pools.size === 0);
    expect(performance.now() - leftAt).toBeGreaterThan(99);
  });

  it('makes no room for another while somebody listens', async () => {
    await openPools({ maxPools: 1 });
    const subscription = pools.for('heard').resourceUpdates('file:///a').subscribe();
    await pools.for('heard').ready();
    expect(() => pools.for('another')).toThrow(expect.objectContaining({ code: 'POOL_LIMIT_REACHED' }));
    subscription.unsubscribe();
    expect(pools.for('another').name).toBe('pools-2');
  });
});
