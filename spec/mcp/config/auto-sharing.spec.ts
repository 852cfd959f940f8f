import { expect, it } from 'vitest';
import { type ConfiguredServer, createMcpPool, readConfig } from '../../../lib/mcp/index.ts';

async function configured(pool: object): Promise<ConfiguredServer | undefined> {
  const { servers } = await readConfig({ mcpServers: { a: { command: 'server', pool } } });
  return servers[0];
}

it('is for gateways: a pool of such a server has connections that are exclusive', async () => {
  const server = await configured({ sharing: 'auto', maxLeasesPerConnection: 8, maxSize: 2, minSize: 0 });
  if (server?.status !== 'ready') throw new Error('the entry cannot be used');
  expect(server.warnings).toEqual([]);
  expect(server.shared).toEqual({ maxLeasesPerConnection: 8 });
  const pool = createMcpPool(server.options);
  expect(pool.state).toMatchObject({ maxSize: 2, maxLeasesPerConnection: 1 });
  await pool.close();
});

it('makes another entry of one', async () => {
  const [auto, without] = [await configured({ sharing: 'auto' }), await configured({})];
  expect(without).not.toHaveProperty('shared');
  expect(Reflect.get(auto ?? {}, 'source')).not.toBe(Reflect.get(without ?? {}, 'source'));
});

it.each([
  [{ sharing: 'auto', stateful: true }, 'two answers'],
  [{ sharing: 'auto', maxLeasesPerConnection: 0.5 }, 'maxLeasesPerConnection'],
  [{ sharing: 'automatic' }, 'sharing must be'],
])('fails a server where it makes no sense: %j', async (pool, message) => {
  const server = await configured(pool);
  expect(server).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(message) as string } });
});
