import { afterEach, beforeEach, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, type Say, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

let server: LineServer;
let pool: McpPool;
/** Calls that are under way. */
let open: { readonly id: unknown; readonly say: Say }[];
let isAnswering: boolean;

beforeEach(async () => {
  open = [];
  isAnswering = false;
  server = await startLineServer((message, say) => {
    if (message.method !== 'tools/call') answer(message, initialising(), say);
    else if (isAnswering) say({ id: message.id, result: { content: [] } });
    else open.push({ id: message.id, say });
  });
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 4, maxSize: 4 });
  await pool.ready();
});
afterEach(async () => {
  await pool.close();
  await server.stop();
});

/** All connections end in one turn, those that nobody uses too. */
async function deploy(): Promise<void> {
  open = [];
  for (const socket of server.sockets) socket.destroy();
  await until(() => pool.state.idle === 4);
}

it.each([
  ['the same call on each connection is', ['now', 'now', 'now', 'now'], 1],
  ['a call on each connection is', ['a', 'b', 'c', 'd'], 3],
  ['one call is', ['now'], 3],
])('is no poison: %s answered after the deploys', async (_, tools, deploys) => {
  const call = (name: string) => pool.client.callTool({ name });
  for (let i = 0; i < deploys; i++) {
    await until(() => pool.state.idle === 4);
    const calls = tools.map((tool) => call(tool).catch((error: unknown) => error));
    await until(() => open.length === tools.length);
    await deploy();
    const unknown = { code: 'MCP_OUTCOME_UNKNOWN' };
    expect(await Promise.all(calls)).toMatchObject(tools.map(() => unknown));
  }
  isAnswering = true;
  for (const tool of tools) expect(await call(tool)).toEqual({ content: [] });
});
