import { BehaviorSubject, NEVER } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type McpEndpoint, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { until } from '../support/until.ts';

let servers: readonly StartedServer[];

beforeAll(async () => {
  servers = await Promise.all([startTcpServer(), startTcpServer()]);
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

it('reaches several servers, and goes on with the others when one dies', async () => {
  const list = servers.map(({ port }, i) => ({ id: `server ${i}`, transport: tcp({ port }) }));
  const endpoints$ = new BehaviorSubject<readonly McpEndpoint[]>(list);
  const pool = createMcpPool({ endpoints$, minSize: 6, maxSize: 6 });
  await pool.ready();
  expect(pool.state.endpoints.map(({ connections }) => connections)).toEqual([3, 3]);
  await servers[0]?.stop();
  await until(() => pool.state.endpoints[1]?.connections === 6);
  expect(pool.state.circuit).toBe('closed');
  expect(pool.state.endpoints[0]?.setAsideUntil).toBeGreaterThan(0);
  await expect(pool.client.callTool({ name: 'echo', arguments: { message: 'hi' } })).resolves.toBeDefined();
  await pool.close();
});

it('takes either a transport or endpoints', () => {
  const both = { transport: tcp({ port: 1 }), endpoints$: NEVER };
  expect(() => createMcpPool(both)).toThrow('choose one of transport and endpoints$');
  expect(() => createMcpPool({})).toThrow('transport must be made by');
});
