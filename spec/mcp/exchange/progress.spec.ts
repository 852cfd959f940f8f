import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

let server: LineServer;
let pool: McpPool;
let asText: boolean;

beforeEach(async () => {
  asText = false;
  server = await startLineServer((message, _, socket) => {
    const lines: object[] = [];
    const say = (said: object): void => void lines.push({ jsonrpc: '2.0', ...said });
    if (message.method === 'tools/call') {
      const { progressToken: token } = Object(message.params?.['_meta']) as { progressToken?: unknown };
      const progressToken = asText ? String(token) : token;
      for (let progress = 0; progress < 3; progress++) {
        say({ method: 'notifications/progress', params: { progressToken, progress } });
        say({ method: 'notifications/message', params: { level: 'info', data: progress } });
      }
      say({ id: message.id, result: { content: [] } });
    } else answer(message, initialising(), say);
    // All in one chunk.
    socket.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
  await server.stop();
});

describe('progress and the log that come in one chunk with the answer', () => {
  it.each([false, true])('are heard in their order, all before the answer; tokens as texts: %s', async (text) => {
    asText = text;
    const heard: string[] = [];
    const onprogress = ({ progress }: { progress: number }): void => void heard.push(`progress ${progress}`);
    const log = ({ data }: { data: unknown }): void => void heard.push(`log ${String(data)}`);
    await pool.client.callTool({ name: 'x' }, { onprogress, handlers: { log } });
    expect(heard).toEqual([0, 1, 2].flatMap((n) => [`progress ${n}`, `log ${n}`]));
  });
});

it('a validator that throws fails its call, and the connection goes on', async () => {
  const lister = await startLineServer((message, say) => {
    const tool = { name: 'x', inputSchema: { type: 'object' }, outputSchema: { type: 'object' } };
    if (message.method === 'tools/list') say({ id: message.id, result: { tools: [tool] } });
    else if (message.method === 'tools/call') say({ id: message.id, result: { content: [], structuredContent: {} } });
    else {
      const { initialize } = initialising();
      const capable = { ...(initialize?.['result'] as object), capabilities: { tools: {} } };
      answer(message, { ...initialising(), initialize: { result: capable } }, say);
    }
  });
  const getValidator = () => (): never => {
    throw new Error('of the user');
  };
  const clientOptions = { jsonSchemaValidator: { getValidator } };
  const one = createMcpPool({ transport: tcp({ port: lister.port }), minSize: 1, maxSize: 1, clientOptions });
  await one.client.listTools();
  await expect(one.client.callTool({ name: 'x' })).rejects.toThrow('of the user');
  expect(one.state).toMatchObject({ connects: 1, active: 0 });
  await one.close({ timeoutMs: 0 });
  await lister.stop();
});
