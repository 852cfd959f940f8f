import { expect, it, onTestFinished } from 'vitest';
import { createMcpPools, serveTcp, tcp } from '../../lib/mcp/index.ts';
import { toolServer } from '../support/tool-server.ts';

it('leaves its family, however it is closed', async () => {
  const server = await serveTcp(toolServer());
  onTestFinished(() => server.close());
  const transport = tcp({ port: server.port });
  const options = { transport, minSize: 1, maxSize: 1, sharing: 'pinned', affinity: () => 'key' } as const;
  const pools = createMcpPools({ key: (user: string) => user, options: () => options });
  onTestFinished(() => pools.close());
  for (const close of ['dispose', 'close'] as const) {
    const pool = pools.for('user');
    await pool.client.ping();
    await (close === 'close' ? pool.close() : pool[Symbol.asyncDispose]());
    expect(pools.size).toBe(0);
  }
  await pools.for('user').client.ping();
});
