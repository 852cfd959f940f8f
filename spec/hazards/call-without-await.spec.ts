import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpConnection, type McpPool, type McpPoolOptions, createMcpPool } from '../../lib/mcp/index.ts';
import { streamableHttp, tcp } from '../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';

const call = { name: 'sleep', arguments: { ms: 0 } };
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);

let lines: LineServer;
let http: HttpServer;
let pool: McpPool;
/** The methods that the server of lines was sent. */
const methods: string[] = [];

beforeAll(async () => {
  process.on('unhandledRejection', noteUnhandled);
  http = await startHttpServer();
  lines = await startLineServer((message, say) => {
    methods.push(message.method);
    if (message.method === 'tools/call') say({ id: message.id, result: { content: [] } });
    else answer(message, initialising(), say);
  });
});
afterEach(() => pool.close());
afterAll(async () => {
  process.off('unhandledRejection', noteUnhandled);
  await http.stop();
  await lines.stop();
});

function open(options: Partial<McpPoolOptions>): McpPool {
  pool = createMcpPool({ minSize: 1, maxSize: 1, ...options });
  return pool;
}

const kinds: [string, () => Partial<McpPoolOptions>, () => readonly string[]][] = [
  ['over TCP', () => ({ transport: tcp({ port: lines.port }) }), () => methods],
  [
    'over TCP with shared connections',
    () => ({ transport: tcp({ port: lines.port }), sharing: 'multiplex' }),
    () => methods,
  ],
  ['over HTTP', () => ({ transport: streamableHttp({ url: http.url }) }), () => http.log],
  [
    'over HTTP in the modern era',
    () => ({ transport: streamableHttp({ url: http.url }), era: 'modern' }),
    () => http.log,
  ],
];

describe.each(kinds)('a call that is not waited for, %s', (_, options, log) => {
  const count = () => log().filter((line) => line.endsWith('tools/call')).length;

  it('is not sent when the lease ends first, and brings nobody down', async () => {
    open(options());
    await pool.use((connection) => connection.check());
    const before = count();
    const made: Promise<unknown>[] = [];
    await pool.use(({ client }: McpConnection) => {
      void client.callTool(call);
      made.push(client.callTool(call));
      return 'gone';
    });
    await expect(made[0]).rejects.toMatchObject({ code: 'POOL_LEASE_ENDED' });
    await pool.use((connection) => connection.check());
    const lease = await firstValueFrom(pool.checkout());
    void lease.connection.client.callTool(call);
    lease.destroy();
    await pool.use((connection) => connection.check());
    expect(count()).toBe(before);
    expect(unhandled).toEqual([]);
  });
});
