import { firstValueFrom, of } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import {
  type McpConnection,
  type McpHandlers,
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  streamableHttp,
  tcp,
} from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { type LineServer, type Message, type Say, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const call = { name: 'slow', arguments: {} };
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);

/** Calls that are not answered before the spec wants it, and what the server was told. */
let calls: { readonly message: Message; readonly say: Say }[] = [];
let told: unknown[] = [];
let server: LineServer;
let pool: McpPool;

beforeAll(async () => {
  process.on('unhandledRejection', noteUnhandled);
  server = await startLineServer((message, say) => {
    if (message.method === 'notifications/cancelled') told.push(message.params?.['requestId']);
    else if (message.method === 'tools/call') calls.push({ message, say });
    else answer(message, initialising(), say);
  });
});
afterAll(async () => {
  process.off('unhandledRejection', noteUnhandled);
  await server.stop();
});
beforeEach(() => {
  calls = [];
  told = [];
});
afterEach(async () => {
  for (const { message, say } of calls) say({ id: message.id, result: { content: [] } });
  await pool.close();
  expect(unhandled).toEqual([]);
});

async function open(options: Partial<McpPoolOptions> = {}): Promise<void> {
  const clientOptions = { capabilities: { sampling: {} } };
  const transport = tcp({ port: server.port });
  pool = createMcpPool({ transport, minSize: 1, maxSize: 1, quarantineMs: 60_000, clientOptions, ...options });
  await pool.ready();
}

/** Ends a piece of work whose call the server has not answered. */
type Leave = (begin: (connection: McpConnection) => Promise<unknown>) => Promise<unknown>;

const ways: [string, Leave][] = [
  [
    'a project of promises is unsubscribed from',
    async (begin) => {
      const subscription = of(1).pipe(withConnection(pool, begin)).subscribe();
      await until(() => calls.length === 1);
      subscription.unsubscribe();
    },
  ],
  [
    'the signal of a use is aborted',
    async (begin) => {
      const abort = new AbortController();
      const used = pool.use(begin, { signal: abort.signal }).catch(() => undefined);
      await until(() => calls.length === 1);
      abort.abort();
      await used;
    },
  ],
  [
    'the lease is checked in',
    async (begin) => {
      const lease = await firstValueFrom(pool.checkout(pool.checkoutOf?.({ method: 'tools/call' })));
      void begin(lease.connection).catch(() => undefined);
      await until(() => calls.length === 1);
      lease.checkin();
    },
  ],
  [
    'the work waits for whichever comes first',
    (begin) => pool.use((connection) => Promise.race([begin(connection), until(() => calls.length === 1)])),
  ],
];

describe.each(ways)('when %s, a request that goes on', (_, leave) => {
  it('is cancelled at the server, and until its answer has come the connection serves nobody else', async () => {
    const heard: unknown[] = [];
    const sampling: McpHandlers['sampling'] = () => {
      heard.push('a question');
      return { role: 'assistant', model: 'next', content: { type: 'text', text: 'for the next' } };
    };
    await open({ handlers: { sampling } });
    const ended: unknown[] = [];
    let kept: McpConnection | undefined;
    await leave((connection) => {
      kept = connection;
      return connection.client.callTool(call).catch((error: unknown) => ended.push(error));
    });
    expect(() => kept?.answer({ sampling })).toThrow('the lease is over');
    const handlers: McpHandlers = { log: ({ data }) => heard.push(data), sampling };
    const next = pool.client.callTool(call, { handlers });
    const [first] = calls;
    await until(() => told.length === 1);
    expect(told).toEqual([first?.message.id]);
    first?.say({ method: 'notifications/message', params: { level: 'info', data: 'of the first' } });
    const messages = [{ role: 'user', content: { type: 'text', text: 'of the first' } }];
    first?.say({ id: 'q', method: 'sampling/createMessage', params: { messages, maxTokens: 1 } });
    first?.say({ id: first.message.id, result: { content: [] } });
    await until(() => calls.length === 2);
    calls[1]?.say({ id: calls[1].message.id, result: { content: [{ type: 'text', text: 'next' }] } });
    expect(await next).toEqual({ content: [{ type: 'text', text: 'next' }] });
    expect(heard).toEqual([]);
    expect(ended).toMatchObject([{ code: 'POOL_LEASE_ENDED', data: { sent: true } }]);
  });
});

describe('a request that outlasts its lease', () => {
  const [, leave] = ways[2] ?? ['', () => Promise.resolve()];
  const begin = (connection: McpConnection) => connection.client.callTool(call);

  it('is cancelled where connections are pinned', async () => {
    await open({ sharing: 'pinned', affinity: () => 'key', minSize: 0, quarantineMs: 20 });
    await leave(begin);
    await until(() => told.length === 1);
  });

  it('is cancelled where the quarantine is off, and nobody waits', async () => {
    await open({ quarantineMs: 0 });
    await leave(begin);
    expect(pool.state).toMatchObject({ idle: 1, checkins: 1 });
    await until(() => told.length === 1);
  });

  it('is cancelled where connections are shared, and those of others are left alone', async () => {
    await open({ sharing: 'multiplex' });
    const other = pool.client.callTool(call);
    await until(() => calls.length === 1);
    const [first] = calls;
    const lease = await firstValueFrom(pool.checkout());
    const ended = begin(lease.connection).catch((error: unknown) => error);
    await until(() => calls.length === 2);
    lease.checkin();
    expect(await ended).toMatchObject({ code: 'POOL_LEASE_ENDED' });
    await until(() => told.length === 1);
    expect(told).toEqual([calls[1]?.message.id]);
    first?.say({ id: first.message.id, result: { content: [] } });
    expect(await other).toEqual({ content: [] });
  });

  it('has its stream closed in the modern era over HTTP', async () => {
    const http = await startHttpServer();
    await open({ transport: streamableHttp({ url: http.url }), era: 'modern' });
    const lease = await firstValueFrom(pool.checkout());
    const ended = lease.connection.client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }).catch(String);
    await until(() => http.log.includes('POST tools/call'));
    lease.checkin();
    expect(await ended).toContain('given back before the answer');
    const cancelled = async () => JSON.stringify(await pool.client.callTool({ name: 'cancelled' }));
    await until(async () => (await cancelled()).includes('"1"'));
    expect(http.log).not.toContain('POST notifications/cancelled');
    await pool.close();
    await http.stop();
  });
});
