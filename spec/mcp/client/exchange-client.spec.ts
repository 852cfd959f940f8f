import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

const toolOf = (key: string) => ({
  name: 'weather',
  inputSchema: { type: 'object' },
  outputSchema: { type: 'object', properties: { [key]: { type: 'number' } }, required: [key] },
});
const celsius = { content: [], structuredContent: { celsius: 21 } };

let server: LineServer;
let pool: McpPool;
let tools: readonly object[];
let result: object;
let asked: string[];
let isListing: boolean;

beforeEach(async () => {
  tools = [toolOf('degrees')];
  result = { content: [], structuredContent: { degrees: 21 } };
  asked = [];
  isListing = true;
  const capabilities = { tools: {} };
  const serverInfo = { name: 'weather', version: '1.0.0' };
  const initialize = { result: { protocolVersion: '2025-06-18', capabilities, serverInfo } };
  server = await startLineServer((message, say) => {
    const { id, method } = message;
    if (method.startsWith('tools/')) asked.push(method);
    if (method === 'tools/call') say({ id, result });
    else if (method === 'tools/list' && isListing) say({ id, result: { tools } });
    else answer(message, { ...initialising(), initialize }, say);
  });
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  await pool.client.listTools();
  asked = [];
});
afterEach(async () => {
  await pool.close();
  await server.stop();
});

const call = () => pool.client.callTool({ name: 'weather' });

describe('a result that does not match what the last list said of its tool', () => {
  it('is answered where it matches the list of now, which is read once; the tool is not called again', async () => {
    tools = [toolOf('celsius')];
    result = celsius;
    for (let i = 0; i < 3; i++) expect(await call()).toEqual(celsius);
    expect(asked).toEqual(['tools/call', 'tools/list', 'tools/call', 'tools/call']);
  });

  it.each([
    ['has lost its schema', [{ name: 'weather', inputSchema: { type: 'object' } }]],
    ['is not listed any more', []],
  ])('is answered where the tool %s', async (_, now) => {
    tools = now;
    result = { content: [{ type: 'text', text: 'fine' }] };
    expect(await call()).toEqual(result);
  });

  it('is refused where it does not match the list of now either, which is not read again at once', async () => {
    result = celsius;
    const mismatch = { code: -32602, message: expect.stringContaining('does not match') as unknown };
    for (let i = 0; i < 3; i++) await expect(call()).rejects.toMatchObject(mismatch);
    expect(asked.filter((method) => method === 'tools/list')).toHaveLength(1);
    expect(asked.filter((method) => method === 'tools/call')).toHaveLength(3);
  });

  it('is refused where the list cannot be read', async () => {
    result = celsius;
    isListing = false;
    await expect(call()).rejects.toMatchObject({ code: -32602 });
    expect(asked).toEqual(['tools/call', 'tools/list']);
  });

  it('is refused by the definition that the caller holds, without a look at the list', async () => {
    result = celsius;
    const toolDefinition = toolOf('degrees') as never;
    const called = pool.client.callTool({ name: 'weather' }, { toolDefinition });
    await expect(called).rejects.toMatchObject({ code: -32602 });
    expect(asked).toEqual(['tools/call']);
  });
});

it('calls a tool whose schema was of no use in the last list', async () => {
  tools = [{ ...toolOf('degrees'), outputSchema: { type: 'object', properties: { at: { pattern: '(' } } } }];
  await pool.client.listTools();
  tools = [toolOf('degrees')];
  expect(await call()).toEqual(result);
});

it('tells what the server refuses as it is', async () => {
  result = {};
  Object.assign(result, { content: 'none' });
  await expect(call()).rejects.toThrow();
  expect(asked).toEqual(['tools/call']);
});
