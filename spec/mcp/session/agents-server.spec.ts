import { afterEach, expect, it } from 'vitest';
import { agentsServer, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { everything } from '../../support/everything.ts';
import { listingServer, openHub, reaching } from '../../support/hub.ts';
import { until } from '../../support/until.ts';

const pool = createMcpPool({ name: 'everything', transport: stdio(everything), maxSize: 1 });
afterEach(() => pool.close());

it('lists and calls tools, reads resources, and leaves the pool open', async () => {
  const server = agentsServer(pool);
  expect([server.name, server.cacheToolsList]).toEqual(['everything', false]);
  await server.connect();
  expect((await server.listTools()).map(({ name }) => name)).toContain('echo');
  expect(await server.callTool('echo', { message: 'hi' }, { trace: 1 })).toEqual([{ type: 'text', text: 'Echo: hi' }]);
  expect(await server.callToolResult('echo', { message: 'hi' }, null)).toHaveProperty('content');
  const [resource] = (await server.listResources()).resources;
  expect((await server.readResource(resource?.uri ?? '')).contents).toHaveLength(1);
  expect((await server.listResourceTemplates()).resourceTemplates.length).toBeGreaterThan(0);
  const abort = new AbortController();
  const slow = { duration: 5, steps: 50 };
  const call = server.callTool('trigger-long-running-operation', slow, null, { signal: abort.signal });
  await until(() => pool.metrics.activeConnections === 1);
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await server.invalidateToolsCache();
  await server.close();
  expect(pool.state.phase).toBe('open');
});

it('has the tools of all servers of a hub', async () => {
  const listing = async (tool: string) => reaching(await listingServer({ tools: [tool] }));
  const server = agentsServer(openHub({ a: await listing('read'), b: await listing('write') }));
  expect(server.name).toBe('hub');
  await server.connect();
  expect((await server.listTools()).map(({ name }) => name)).toEqual(['a__read', 'b__write']);
  expect(JSON.stringify(await server.callTool('b__write', { x: 1 }))).toContain('write');
});
