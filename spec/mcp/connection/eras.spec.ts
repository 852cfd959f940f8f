import { afterEach, describe, expect, it } from 'vitest';
import { firstValueFrom } from 'rxjs';
import type { ConnectionInfo } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { everything } from '../../support/everything.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type LineServer, type Message, type Say, startLineServer } from '../../support/line-server.ts';
import { type Answers, answer, initialising } from '../../support/scripted-server.ts';
import { toolServer } from '../../support/tool-server.ts';
import { until } from '../../support/until.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const discover = {
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'private',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'scripted', version: '2.0.0' } },
};
const modern: Answers = { 'server/discover': { result: discover } };

/** A server that writes down what it is asked, and answers by what `answers` holds then. */
async function asked(answers: { now: Answers }): Promise<{ readonly server: LineServer; readonly methods: string[] }> {
  const methods: string[] = [];
  const server = await startLineServer((message: Message, say: Say) => {
    methods.push(message.method);
    answer(message, answers.now, say);
  });
  ends.push(() => server.stop());
  return { server, methods };
}

async function opened(options: Parameters<typeof createMcpPool>[0]): Promise<McpPool> {
  const pool = createMcpPool(options);
  ends.push(() => pool.close());
  await pool.ready();
  return pool;
}

function infosOf(pool: McpPool): (ConnectionInfo | null)[] {
  return Array.from(pool.state.connections, ({ info }) => info);
}

function count(methods: readonly string[], method: string): number {
  return methods.filter((each) => each === method).length;
}

describe('era', () => {
  it('is legacy when nothing is said: nobody is asked', async () => {
    const { server, methods } = await asked({ now: initialising() });
    const pool = await opened({ transport: tcp({ port: server.port }), minSize: 3 });
    expect(count(methods, 'server/discover')).toBe(0);
    const info = { era: 'legacy', protocolVersion: '2025-06-18', server: 'scripted', serverVersion: '1.0.0' };
    expect(infosOf(pool)).toEqual([info, info, info]);
  });

  it('is asked for once a pool, not once a connection, of an old server', async () => {
    const { server, methods } = await asked({ now: initialising() });
    const pool = await opened({ transport: tcp({ port: server.port }), minSize: 8, era: 'auto' });
    expect(count(methods, 'server/discover')).toBe(1);
    expect(infosOf(pool)).toHaveLength(8);
    expect(infosOf(pool)[7]).toMatchObject({ era: 'legacy' });
  });

  it('is asked for once a pool of a new server, whose connections then open without a word', async () => {
    const { server, methods } = await asked({ now: modern });
    const pool = await opened({ transport: tcp({ port: server.port }), minSize: 8, era: 'auto' });
    expect(methods).toEqual(['server/discover']);
    expect(infosOf(pool)[7]).toMatchObject({ era: 'modern', protocolVersion: '2026-07-28' });
  });

  it('is told by the servers of the SDK and of others', async () => {
    const server = await serveTcp(toolServer());
    ends.push(() => server.close());
    const [ours, others] = await Promise.all([
      opened({ transport: tcp({ port: server.port }), minSize: 2, era: 'auto' }),
      opened({ transport: stdio(everything), minSize: 1, era: 'auto' }),
    ]);
    expect(infosOf(ours)[0]).toMatchObject({ era: 'modern', server: 'tool-server' });
    expect(infosOf(others)[0]).toMatchObject({ era: 'legacy' });
  });

  it('is legacy where a server ends over the question', async () => {
    const server = await startLineServer((message, say, socket) => {
      if (message.method === 'server/discover') socket.destroy();
      else answer(message, initialising(), say);
    });
    ends.push(() => server.stop());
    const pool = await opened({ transport: tcp({ port: server.port }), minSize: 2, era: 'auto' });
    expect(infosOf(pool)[1]).toMatchObject({ era: 'legacy' });
  });

  it('is asked for anew when a new server turns out to be an old one', async () => {
    const answers = { now: modern };
    const { server, methods } = await asked(answers);
    const pool = await opened({
      transport: tcp({ port: server.port }),
      minSize: 1,
      maxSize: 1,
      era: 'auto',
      healthCheckIntervalMs: 20,
    });
    answers.now = initialising();
    await until(() => infosOf(pool)[0]?.['era'] === 'legacy');
    expect(count(methods, 'initialize')).toBeGreaterThan(0);
  });

  it('is asked for anew under load, and no other connection has to fail a request first', async () => {
    const called = { result: { content: [] } };
    const complete = { result: { ...called.result, resultType: 'complete' } };
    const answers: { now: Answers } = { now: { ...modern, 'tools/call': complete } };
    const { server, methods } = await asked(answers);
    const transport = tcp({ port: server.port });
    // Checks come late under load: no connection is idle for long enough.
    const pool = await opened({ transport, minSize: 4, maxSize: 4, era: 'auto', healthCheckIntervalMs: 0 });
    const held = await firstValueFrom(pool.checkout());
    const call = () => pool.client.callTool({ name: 'any' });
    await call();
    // It answers as old servers do, who look at the name of the tool and at nothing else.
    answers.now = { ...initialising(), 'tools/call': called };
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_RESULT' });
    await until(() => infosOf(pool).filter((info) => info?.['era'] === 'legacy').length === 3);
    expect(await call()).toEqual(called.result);
    held.checkin();
    await until(() => infosOf(pool).filter((info) => info?.['era'] === 'legacy').length === 4);
    // To begin with, by the one that was in doubt, and for the others.
    expect(count(methods, 'server/discover')).toBe(3);
    expect(count(methods, 'tools/call')).toBe(3);
  });

  it('is asked for anew when a server over HTTP refuses what no old one would know', async () => {
    const http = await startHttpServer();
    ends.push(() => http.stop());
    const transport = streamableHttp({ url: http.url });
    const pool = await opened({ transport, minSize: 2, maxSize: 2, era: 'auto', healthCheckIntervalMs: 0 });
    http.gate = (request, response, body) => {
      const isOld = request.headers['mcp-session-id'] !== undefined || body.includes('"initialize"') || body === '';
      if (!isOld) response.writeHead(400).end();
      return !isOld;
    };
    await expect(pool.client.listTools()).rejects.toThrow('400');
    await until(() => infosOf(pool).filter((info) => info?.['era'] === 'legacy').length === 2);
    expect((await pool.client.listTools()).tools).toHaveLength(4);
  });

  it('is asked for anew when an old server refuses its version', async () => {
    const answers = { now: initialising() };
    const { server, methods } = await asked(answers);
    const pool = await opened({
      transport: tcp({ port: server.port }),
      minSize: 1,
      maxSize: 1,
      era: 'auto',
      isPermanent: () => false,
      connectBackoff: { minMs: 1, maxMs: 5 },
    });
    answers.now = modern;
    for (const socket of server.sockets) socket.destroy();
    await until(() => infosOf(pool)[0]?.['era'] === 'modern');
    expect(count(methods, 'server/discover')).toBeGreaterThan(1);
  });

  it('is an error where only a new server will do and it is an old one', async () => {
    const { server } = await asked({ now: initialising() });
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, era: 'modern' });
    ends.push(() => pool.close());
    await expect(pool.ready()).rejects.toThrow('Version negotiation failed');
  });

  it('leaves nothing of the question behind when the pool closes in the middle of it', async () => {
    const server = await startLineServer(() => undefined);
    ends.push(() => server.stop());
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 4, era: 'auto' });
    await until(() => server.sockets.size === 1);
    await pool.close();
    await until(() => server.sockets.size === 0);
  });
});
