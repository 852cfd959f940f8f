import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { everything } from '../support/everything.ts';
import { answer, initialising, scriptedProgram } from '../support/scripted-server.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { type TcpProxy, startTcpProxy } from '../support/tcp-proxy.ts';
import { textOf } from '../support/tool-call.ts';

const message = 'żółć \u0000 \r\n 🌊 \u2028 end';

let server: StartedServer;
let proxy: TcpProxy | undefined;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  await pool.close();
  await proxy?.stop();
  proxy = undefined;
});

async function echoes(): Promise<string> {
  return textOf(await pool.client.callTool({ name: 'echo', arguments: { message } }));
}

describe('bytes that come in other pieces than they were sent in', () => {
  it.each([1, 2, 3, 7, 1000])('make the same messages in pieces of 1 to %d', async (sliceBytes) => {
    proxy = await startTcpProxy(server.port, { sliceBytes });
    pool = createMcpPool({ transport: tcp({ port: proxy.port }), minSize: 2, maxSize: 2 });
    expect(await Promise.all(Array.from({ length: 10 }, echoes))).toEqual(Array(10).fill(message));
    expect(pool.state).toMatchObject({ connectFailures: 0, size: 2 });
  });

  it('make the same messages when they are late', async () => {
    proxy = await startTcpProxy(server.port, { latencyMs: 20, sliceBytes: 50 });
    pool = createMcpPool({ transport: tcp({ port: proxy.port }), minSize: 1 });
    expect(await echoes()).toBe(message);
  });

  it('make the same messages from the reference server', async () => {
    pool = createMcpPool({ transport: stdio(everything) });
    expect(textOf(await pool.client.callTool({ name: 'echo', arguments: { message } }))).toBe(`Echo: ${message}`);
  });
});

describe('a server that ends its lines with CRLF', () => {
  it('is understood', async () => {
    const crlf = `const log = console.log; console.log = (text) => log(text + '\\r');`;
    pool = createMcpPool({ transport: stdio(scriptedProgram(initialising(), crlf)) });
    expect(await pool.client.ping()).toEqual({});
    const garbage = await pool.use(({ garbageLines }) => garbageLines);
    expect(garbage).toBe(0);
  });
});

describe('NUL bytes between messages', () => {
  it('are garbage, and what follows is understood', async () => {
    const nul = `process.stdout.write('\\0\\n\\0\\0\\n');`;
    pool = createMcpPool({ transport: stdio(scriptedProgram(initialising(), nul)) });
    expect(await pool.client.ping()).toEqual({});
    expect(await pool.use(({ garbageLines }) => garbageLines)).toBe(2);
  });
});

describe('a connection that ends inside a message', () => {
  let halfway: LineServer;

  afterEach(() => halfway.stop());

  async function openPool(cut: 'end' | 'resetAndDestroy'): Promise<void> {
    halfway = await startLineServer((asked, say) => {
      if (asked.method !== 'half') answer(asked, initialising(), say);
      else for (const socket of halfway.sockets) socket.write('{"jsonrpc":"2.0","id"', () => socket[cut]());
    });
    pool = createMcpPool({ transport: tcp({ port: halfway.port }), minSize: 1, maxSize: 1 });
    await pool.ready();
  }

  it.each(['end', 'resetAndDestroy'] as const)(
    'fails its request with the reason (%s), and is replaced',
    async (cut) => {
      await openPool(cut);
      const answered = pool.use((connection) => connection.request({ method: 'half' }));
      // A reset that comes with the last bytes is the same to Node as an end.
      const message: unknown = expect.stringMatching(/^the stream ended inside a message: 21 bytes|ECONNRESET/);
      await expect(answered).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST', cause: { message } });
      expect(await pool.client.ping()).toEqual({});
    },
  );

  it.each([true, false])('fails it also where only so many bytes come through (reset: %s)', async (cutByReset) => {
    halfway = await startLineServer((asked, say) => {
      answer(asked, { ...initialising(), long: { result: { text: 'x'.repeat(10_000) } } }, say);
    });
    proxy = await startTcpProxy(halfway.port, { cutAfterBytes: 5000, cutByReset });
    pool = createMcpPool({ transport: tcp({ port: proxy.port }), minSize: 1, maxSize: 1 });
    const answered = pool.use((connection) => connection.request({ method: 'long' }));
    await expect(answered).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
    expect(await pool.client.ping()).toEqual({});
    expect(proxy.accepted).toBe(2);
  });
});
