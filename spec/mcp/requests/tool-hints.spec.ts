import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type LineServer, type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

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
/** Whether lists are answered, and whether each reading changes the list. */
let isListing: boolean;
let isChanging: boolean;
/** What each page names as the next; where it is left out, they end. */
let cursor: string | undefined;
let cancelled: unknown[];
const says: Say[] = [];

beforeEach(async () => {
  calls = [];
  lists = 0;
  isListing = true;
  isChanging = false;
  cursor = undefined;
  cancelled = [];
  pages = [[charge, readOnly], [idempotent]];
  const capabilities = { tools: { listChanged: true } };
  const serverInfo = { name: 'listing', version: '1.0.0' };
  const initialize = { result: { protocolVersion: '2025-06-18', capabilities, serverInfo } };
  server = await startLineServer((message, say, socket) => {
    if (message.method === 'initialize') says.push(say);
    if (message.method === 'notifications/cancelled') cancelled.push(message);
    if (message.method === 'tools/list') {
      lists++;
      if (!isListing) return;
      if (isChanging) say({ method: 'notifications/tools/list_changed' });
      const page = Number(message.params?.['cursor'] ?? 0) || 0;
      const nextCursor = cursor ?? (page + 1 < pages.length ? String(page + 1) : undefined);
      const next = { ...(nextCursor !== undefined && { nextCursor }) };
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

async function open(retry: McpPoolOptions['retry']): Promise<void> {
  const options = retry === undefined ? {} : { retry };
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 2, maxSize: 2, ...options });
  await pool.ready();
}

/** The list is read beside the traffic: an answer that came behind it says that it is known. */
async function learnt(readings = 2): Promise<void> {
  await until(() => lists === readings && pool.state.idle === 2);
  const both = [pool.client.ping(), pool.client.ping()];
  await Promise.all(both);
}

const call = (name: string) => pool.client.callTool({ name, arguments: {} });

describe('trustToolHints: true', () => {
  it('retries calls of tools that the server calls read-only or idempotent, and no others', async () => {
    await open({ trustToolHints: true });
    await learnt();
    for (const tool of ['read', 'put']) expect(await call(tool)).toMatchObject({ content: [] });
    await expect(call('charge')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN', data: { tool: 'charge' } });
    expect(calls).toEqual(['read', 'read', 'put', 'put', 'charge']);
  });

  it('reads the list once for the pool, whatever is opened later', async () => {
    await open({ trustToolHints: true });
    await learnt();
    for (let i = 0; i < 3; i++) await pool.client.ping();
    expect(lists).toBe(2);
  });

  it('reads it anew when connections ended by themselves, for the server may have come back as another', async () => {
    await open({ trustToolHints: true });
    await learnt();
    pages = [[charge]];
    for (const socket of server.sockets) socket.destroy();
    await until(() => pool.state.connects === 4);
    await learnt(3);
    await expect(call('put')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
  });

  it('comes up and serves while the list is not answered, and retries nothing until it is', async () => {
    isListing = false;
    await open({ trustToolHints: true });
    await until(() => lists === 1);
    for (let i = 0; i < 5; i++) await pool.client.ping();
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
    // Whoever uses the connection meanwhile does not cancel it, nor does it cost a quarantine.
    expect(cancelled).toEqual([]);
  });

  it('reads on no more where a cursor comes again', async () => {
    cursor = 'again';
    await open({ trustToolHints: true });
    await learnt();
    expect(await call('read')).toMatchObject({ content: [] });
    expect(lists).toBe(2);
  });

  it('reads twice a list that changes at each reading, and then not for a while', async () => {
    isChanging = true;
    await open({ trustToolHints: true });
    await until(() => lists === 4);
    for (let i = 0; i < 20; i++) await pool.client.ping();
    expect(lists).toBe(4);
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
  });

  it('reads it again when it has changed', async () => {
    await open({ trustToolHints: true });
    await learnt();
    pages = [[charge]];
    for (const say of says) say({ method: 'notifications/tools/list_changed' });
    await learnt(3);
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
  });
});

describe('without it', () => {
  it('retries no call, and does not ask for the list', async () => {
    await open(undefined);
    await expect(call('read')).rejects.toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN', data: { tool: 'read' } });
    expect([calls, lists]).toEqual([['read'], 0]);
  });

  it('retries those that a function names', async () => {
    await open({ trustToolHints: (tool) => tool === 'charge' });
    expect(await call('charge')).toMatchObject({ content: [] });
    expect(lists).toBe(0);
  });

  it('tells the error of the pool as it is where nothing is to be retried', async () => {
    await open(false);
    expect(pool.retryPolicy).toBeUndefined();
    await expect(call('read')).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
  });
});
