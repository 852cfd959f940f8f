import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMcpPool, type McpPool, tcp } from '../../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

let server: LineServer;
let pool: McpPool;
/** What the server says besides the id. */
let said: Readonly<Record<string, unknown>>;

const initialize = {
  result: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {}, prompts: {}, resources: {} },
    serverInfo: { name: 's', version: '1' },
  },
};

beforeEach(async () => {
  server = await startLineServer((message, say) => {
    if (message.method === 'tools/call' || message.method.endsWith('/list')) say({ id: message.id, ...said });
    else answer(message, { ...initialising(), initialize }, say);
  });
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1, checkoutTimeoutMs: 2000 });
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
  await server.stop();
});

const oneLine = (text: string): boolean => !text.includes('\n') && text.length < 320;

describe('an answer of an impossible shape', () => {
  it.each([
    ['an error that is a text', { error: 'disk is full' }, 'disk is full'],
    ['an error whose code is a text', { error: { code: 'E_FULL', message: 'disk is full' } }, 'E_FULL'],
    ['an error without a code', { error: { message: 'disk is full' } }, 'disk is full'],
    ['an error of null', { error: null }, 'null'],
    ['a result of null', { result: null }, 'null'],
    ['a result that is a text', { result: 'disk is full' }, 'disk is full'],
    ['a result that is a list', { result: [1, 2] }, '[1,2]'],
    ['content that is a text', { result: { content: 'disk is full' } }, 'disk is full'],
    ['content of texts', { result: { content: ['disk is full'] } }, 'disk is full'],
    ['content with null in it', { result: { content: [null] } }, '[null]'],
    ['a block without a type', { result: { content: [{ text: 'disk is full' }] } }, 'disk is full'],
    ['an isError that is a text', { result: { content: [], isError: 'yes' } }, 'yes'],
    ['a very long one', { result: 'x'.repeat(100_000) }, 'xxxx'],
  ])('fails its request at once, in one line that quotes it: %s', async (_, shape, quote) => {
    said = shape;
    const error: unknown = await pool.client.callTool({ name: 'x' }, { timeout: 60_000 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'INVALID_RESULT', message: expect.stringContaining(quote) as string });
    expect(oneLine((error as Error).message)).toBe(true);
    expect(pool.state).toMatchObject({ connects: 1, unhealthy: 0 });
  });

  it.each([
    ['tools/list', { tools: [null] }, () => pool.client.listTools({ cursor: 'x' })],
    ['prompts/list', {}, () => pool.client.listPrompts({ cursor: 'x' })],
    ['resources/list', { resources: {} }, () => pool.client.listResources({ cursor: 'x' })],
  ])('fails a list: %s', async (method, result, list) => {
    said = { result };
    await expect(list()).rejects.toMatchObject({
      code: 'INVALID_RESULT',
      message: expect.stringMatching(
        new RegExp(`^Invalid result for ${method}: \\w+ must be a list of objects: `),
      ) as string,
    });
  });
});

describe('an answer that is only written differently', () => {
  it.each([
    ['an error of null beside the result', { error: null, result: { content: [] } }],
    ['a `_meta` of null', { result: { content: [], _meta: null } }],
    ['an isError of null', { result: { content: [], isError: null } }],
  ])('is understood: %s', async (_, shape) => {
    said = shape;
    expect(await pool.client.callTool({ name: 'x' })).toMatchObject({ content: [] });
  });

  it('has no content: an empty list, as the SDK has it', async () => {
    said = { result: { structuredContent: { a: 1 }, resultType: 'complete' } };
    expect(await pool.client.callTool({ name: 'x' })).toEqual({ content: [], structuredContent: { a: 1 } });
  });

  it('has members and kinds of content that nobody has heard of: they pass as they were sent', async () => {
    const result = {
      content: [
        { type: 'hologram', depth: 3 },
        { type: 'text', text: 'a', mood: 'good' },
      ],
      extra: [1],
    };
    said = { result };
    expect(await pool.client.callTool({ name: 'x' })).toEqual(result);
  });

  it('is an error without a message: its code counts', async () => {
    said = { error: { code: -32_050, data: { why: 'x' } } };
    await expect(pool.client.callTool({ name: 'x' })).rejects.toMatchObject({ code: -32_050, data: { why: 'x' } });
  });
});

describe('an answer without `jsonrpc`', () => {
  it.each([
    ['is one all the same', { result: { content: [] } }, { content: [] }],
    ['with an error that is a text fails its request', { error: 'full' }, { code: 'INVALID_RESULT' }],
  ])('%s', async (_, shape, expected) => {
    const bare = await startLineServer((message, say, socket) => {
      const { id, method } = message;
      if (method === 'tools/call') socket.write(`${JSON.stringify({ id, ...shape })}\n`);
      else answer(message, initialising(), say);
    });
    const other = createMcpPool({ transport: tcp({ port: bare.port }), minSize: 1, maxSize: 1 });
    const outcome: unknown = await other.client.callTool({ name: 'x' }).catch((error: unknown) => error);
    await other.close({ timeoutMs: 0 });
    await bare.stop();
    expect(outcome).toMatchObject(expected);
  });

  it.each([
    ['a result of null', { result: null }],
    ['an error that is a text', { error: 'full' }],
  ])('to `initialize`: connecting fails at once, and the error quotes it: %s', async (_, shape) => {
    const bare = await startLineServer(({ id }, _say, socket) => {
      if (id !== undefined) socket.write(`${JSON.stringify({ id, ...shape })}\n`);
    });
    const options = { minSize: 1, maxSize: 1, checkoutTimeoutMs: 4000, connectTimeoutMs: 3000 };
    const other = createMcpPool({ transport: tcp({ port: bare.port }), ...options });
    const failed = new Promise((resolve) => {
      other.events$.subscribe({
        next: (event) => {
          if (event.type === 'connectFailed') resolve(JSON.stringify(event));
        },
      });
    });
    expect(await failed).toContain("the server's answer is none");
    await other.close({ timeoutMs: 0 });
    await bare.stop();
  });
});
