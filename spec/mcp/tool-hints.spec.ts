import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { type LineServer, type Say, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const readOnly = { name: 'read', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } };
const idempotent = { name: 'put', inputSchema: { type: 'object' }, annotations: { idempotentHint: true } };
const charge = { name: 'charge', inputSchema: { type: 'object' } };

let server: LineServer;
let pool: McpPool;
/** Calls that reached the server, and lists that it was asked for. */
let calls: string[];
let lists: number;
/** What it lists, page by page. */
let pages: readonly (readonly object[])[];
const says: Say[] = [];

beforeEach(async () => {
  calls = [];
  lists = 0;
  pages = [[charge, readOnly], [idempotent]];
  const capabilities = { tools: { listChanged: true } };
  const serverInfo = { name: 'listing', version: '1.0.0' };
  const initialize = { result: { protocolVersion: '2025-06-18', capabilities, serverInfo } };
  server = await startLineServer((message, say, socket) => {
    if (message.method === 'initialize') says.push(say);
    if (message.method === 'tools/list') {
      lists++;
      const page = Number(message.params?.['cursor'] ?? 0);
      const next = page + 1 < pages.length ? { nextCursor: String(page + 1) } : {};
      say({ id: message.id, result: { tools: pages[page], ...next } });
    } else if (message.method === 'tools/call') {
      // Each first call of a tool takes the connection with it.
      const tool = String(message.params?.['name']);
      calls.push(tool);
      if (calls.filter((name) => name === tool).length === 1) socket.destroy();
      else say({ id: message.id, result: { content: [] } });
    } else answer(message, { ...initialising(), initialize }, say);
  });
});
afterEach(async () => {
  await pool.close();
  await server.stop();
  says.length = 0;
});

async function open(repeat: McpPoolOptions['repeat']): Promise<void> {
  const options = repeat === undefined ? {} : { repeat };
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 2, maxSize: 2, ...options });
  await pool.ready();
}

const call = (name: string) => pool.client.callTool({ name, arguments: {} });

describe('trustToolHints: true', () => {
  it('repeats calls of tools that the server calls read-only or idempotent, and no others', async () => {
    await open({ trustToolHints: true });
    for (const tool of ['read', 'put']) expect(await call(tool)).toMatchObject({ content: [] });
    await expect(call('charge')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN', data: { tool: 'charge' } });
    expect(calls).toEqual(['read', 'read', 'put', 'put', 'charge']);
  });

  it('reads the list once for the pool, whatever is opened later', async () => {
    await open({ trustToolHints: true });
    await call('read');
    await until(() => pool.state.idle === 2);
    expect(lists).toBe(2);
  });

  it('reads it again when it has changed', async () => {
    await open({ trustToolHints: true });
    pages = [[charge]];
    for (const say of says) say({ method: 'notifications/tools/list_changed' });
    await until(() => lists > 2);
    await pool.client.ping();
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
  });
});

describe('without it', () => {
  it('repeats no call, and does not ask for the list', async () => {
    await open(undefined);
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN', data: { tool: 'read' } });
    expect([calls, lists]).toEqual([['read'], 0]);
  });

  it('repeats those that a function names', async () => {
    await open({ trustToolHints: (tool) => tool === 'charge' });
    expect(await call('charge')).toMatchObject({ content: [] });
    expect(lists).toBe(0);
  });

  it('tells the error of the pool as it is where nothing is to be repeated', async () => {
    await open(false);
    expect(pool.repeat).toBeUndefined();
    await expect(call('read')).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
  });
});
