import { afterEach, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type TcpServer, serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { workServer } from '../../../lib/mcp/server/work-server.ts';
import { textOf } from '../../support/tool-call.ts';

let server: TcpServer;
let pool: McpPool;

async function open(): Promise<McpPool> {
  server = await serveTcp(workServer);
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
  return pool;
}

afterEach(async () => {
  await pool.close();
  await server.close();
});

it('offers one tool, which answers after a while or after as long as it is told', async () => {
  const { client } = await open();
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['work']);
  expect(textOf(await client.callTool({ name: 'work' }))).toBe('done');
  const begun = performance.now();
  await client.callTool({ name: 'work', arguments: { ms: 30 } });
  expect(performance.now() - begun).toBeGreaterThan(25);
});

it('answers a tool that it does not have with an error', async () => {
  const { client } = await open();
  await expect(client.callTool({ name: 'play' })).rejects.toThrow('no tool play');
});
