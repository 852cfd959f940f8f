import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { BehaviorSubject } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, type ReplicaOptions, serveGateway } from '../../../lib/gateway/index.ts';
import { tcp } from '../../../lib/mcp/index.ts';
import { type HttpExchange, McpHttpClient } from '../../support/mcp-http-client.ts';
import { KEY, nodesOf } from '../../support/replicas-of-gateway.ts';
import { startTcpServer } from '../../support/start-tcp-server.ts';
import { until } from '../../support/until.ts';

const pinned = { sharing: 'pinned', affinity: (): string => '' } as const;

/** A client of the first node whose session has a connection of its own there, and the same one as it speaks to the other. */
async function pinnedSession(
  replicas: Partial<ReplicaOptions> = {},
): Promise<{ nodes: Gateway[]; one: McpHttpClient; other: McpHttpClient }> {
  const tools = await startTcpServer();
  onTestFinished(() => tools.stop());
  const a = { transport: tcp({ port: tools.port }), maxSize: 2, ...pinned };
  const nodes = await nodesOf(2, () => ({ servers: { a }, drainMs: 10_000 }), replicas);
  const [one, other] = nodes.map(({ url }) => new McpHttpClient(url)) as [McpHttpClient, McpHttpClient];
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
  });
  await one.introduce();
  other.session = one.session;
  return { nodes, one, other };
}

const sleep = (ms: number): Readonly<Record<string, unknown>> => ({ name: 'sleep', arguments: { ms } });

describe('a request that another node answers', () => {
  it('is waited for when the node that passes it on is closed', async () => {
    const { nodes, other } = await pinnedSession();
    const call = other.ask('tools/call', sleep(1500));
    await until(() => nodes[1]?.counts.open === 1);
    await nodes[1]?.close();
    expect(await call).toHaveProperty('result');
  });

  it.each<[string, Answering]>([
    ['breaks off', (_, response) => response.destroy()],
    ['never answers', () => undefined],
    [
      'answers as no gateway does',
      (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).write('<'),
    ],
  ])('has an outcome that nobody knows where that node %s', async (_, answering) => {
    const { status, messages } = await answeredBy(answering);
    expect(status).toBe(502);
    expect(messages[0]).toMatchObject({ error: { data: { code: 'MCP_OUTCOME_UNKNOWN' } } });
  });

  it('is waited for as long as that node says that it has not forgotten it', async () => {
    const { status } = await answeredBy((_, response) => {
      const timer = setInterval(() => {
        response.writeProcessing();
      }, 50);
      setTimeout(() => {
        clearInterval(timer);
        response.writeHead(202).end();
      }, 2 * HOP_TIMEOUT_MS);
    });
    expect(status).toBe(202);
  });

  it('may take longer than a node may be silent', async () => {
    const { other } = await pinnedSession({ hopTimeoutMs: HOP_TIMEOUT_MS });
    expect(await other.ask('tools/call', sleep(2 * HOP_TIMEOUT_MS))).toHaveProperty('result');
  });
});

/** A process that gets no turn for so long would be one that was stopped. */
const HOP_TIMEOUT_MS = 2000;

type Answering = (request: IncomingMessage, response: ServerResponse) => unknown;

/** What a client gets whose answer is for a node that says who it is, and answers so. */
async function answeredBy(answering: Answering): Promise<HttpExchange> {
  const odd = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      if (body.includes('"node"')) response.end('oddlynot');
      else answering(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(odd, 'listening');
  onTestFinished(() => {
    odd.close();
    odd.closeAllConnections();
  });
  const peers = [`http://127.0.0.1:${(odd.address() as AddressInfo).port}`];
  const replicas = { keys: [KEY], peers, port: 0, hopTimeoutMs: HOP_TIMEOUT_MS };
  const node = await serveGateway({ servers: {}, port: 0, replicas });
  onTestFinished(() => node.close());
  const client = new McpHttpClient(node.url);
  onTestFinished(() => client.close());
  await client.introduce();
  return client.post({ jsonrpc: '2.0', id: 'question-1@oddlynot', result: {} });
}

it('is reached by the others though one of them changes the protocol, or says nothing', async () => {
  const odd = createServer().listen(0, '127.0.0.1');
  odd.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    );
  });
  await once(odd, 'listening');
  onTestFinished(() => void odd.close());
  const tools = await startTcpServer();
  onTestFinished(() => tools.stop());
  const peers$ = new BehaviorSubject<readonly string[]>([]);
  const a = { transport: tcp({ port: tools.port }), maxSize: 2, ...pinned };
  const [one, other] = await Promise.all(
    [0, 1].map(async () => {
      const node = await serveGateway({ servers: { a }, port: 0, replicas: { keys: [KEY], peers$, port: 0 } });
      onTestFinished(() => node.close());
      return node;
    }),
  );
  const ports = [(odd.address() as AddressInfo).port, one?.peerPort ?? 0, other?.peerPort ?? 0];
  peers$.next(ports.map((port) => `http://127.0.0.1:${port}`));
  const client = new McpHttpClient(one?.url ?? '');
  const elsewhere = new McpHttpClient(other?.url ?? '');
  onTestFinished(async () => {
    await Promise.all([client.close(), elsewhere.close()]);
  });
  await client.introduce();
  elsewhere.session = client.session;
  expect(await elsewhere.ask('tools/call', sleep(1))).toHaveProperty('result');
});

it('leaves nothing behind where it cannot listen', async () => {
  const [node] = await nodesOf(1, () => ({ servers: {} }));
  const peers$ = new BehaviorSubject<readonly string[]>([]);
  const replicas = { keys: [KEY], peers$, port: 0 };
  await expect(serveGateway({ servers: {}, port: node?.port ?? 0, replicas })).rejects.toThrow('cannot listen');
  expect(peers$.observed).toBe(false);
});
