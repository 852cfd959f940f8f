import { lastValueFrom, of, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, type McpPoolOptions, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type EverythingHttp, startEverythingHttp } from '../../support/everything-http.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { callOf, textOf } from '../../support/tool-call.ts';

let server: EverythingHttp;
let pool: McpPool;
beforeAll(async () => {
  server = await startEverythingHttp();
}, 30_000);
afterAll(() => server.stop());
afterEach(() => pool.close());

async function open(options: Partial<McpPoolOptions> = {}): Promise<void> {
  pool = createMcpPool({ transport: streamableHttp({ url: server.url }), minSize: 2, maxSize: 2, ...options });
  await pool.ready();
}

const echo = callOf('echo', { message: 'hi' });

it('lists the tools of a server of others, and calls them', async () => {
  await open();
  const { tools } = await pool.client.listTools();
  expect(tools.map(({ name }) => name)).toContain('echo');
  expect(textOf(await pool.client.callTool({ name: 'echo', arguments: { message: 'żółć 🌊' } }))).toBe('Echo: żółć 🌊');
});

it('finds out by itself of which era it is', async () => {
  await open({ era: 'auto' });
  expect([...pool.state.connections].map(({ info }) => info?.['era'])).toEqual(['legacy', 'legacy']);
});

it('emits its progress as it comes, and the result last', async () => {
  await open();
  const long = callOf('trigger-long-running-operation', { duration: 0.2, steps: 4 });
  const stream$ = of(long).pipe(
    withConnection(pool, (connection, request) => connection.stream(request)),
    toArray(),
  );
  const emitted = await lastValueFrom(stream$);
  expect(emitted.slice(0, -1)).toEqual([1, 2, 3, 4].map((progress) => ({ progress, total: 4 })));
  expect(textOf(emitted.at(-1))).toContain('Long running operation completed');
});

it('gets what it asks for from the handlers of the pool, and of the request', async () => {
  const said = (text: string) => ({
    sampling: () => ({ model: 'spec', role: 'assistant' as const, content: { type: 'text' as const, text } }),
  });
  await open({ handlers: said('of the pool') });
  const ask = callOf('trigger-sampling-request', { prompt: 'who?' });
  expect(textOf(await lastValueFrom(of(ask).pipe(withConnection(pool))))).toContain('of the pool');
  const own$ = of(ask).pipe(withConnection(pool, (c, r) => c.request(r, { handlers: said('of the request') })));
  expect(textOf(await lastValueFrom(own$))).toContain('of the request');
});

it('is served anew after its process was started again, though it calls an unknown session a bad request', async () => {
  await open({ healthCheckIntervalMs: 0 });
  await lastValueFrom(of(echo, echo).pipe(withConnection(pool), toArray()));
  await server.restart();
  const answers = await lastValueFrom(of(echo, echo, echo).pipe(withConnection(pool), toArray()));
  expect(answers.map(textOf)).toEqual(['Echo: hi', 'Echo: hi', 'Echo: hi']);
  expect(pool.state.connects).toBe(2);
}, 30_000);

it('ends the connection with the session where that must not be begun anew', async () => {
  await open({ healthCheckIntervalMs: 0, transport: streamableHttp({ url: server.url, renewSession: false }) });
  await server.restart();
  const error = await rejectionOf(pool.use((connection) => connection.request(echo)));
  expect(error).toMatchObject({ code: 'MCP_SESSION_EXPIRED' });
}, 30_000);
