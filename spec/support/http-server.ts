import {
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  isLegacyRequest,
} from '@modelcontextprotocol/server';
import type { McpServerFactory, ServerNotifier } from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toolServer } from './tool-server.ts';

/** What a server does with a request before MCP sees it; `true`: it has answered it. */
export type Gate = (request: IncomingMessage, response: ServerResponse, body: string) => boolean | Promise<boolean>;

/** The SDK's server over Streamable HTTP, in this process. */
export interface HttpServer {
  readonly url: string;
  /** The requests so far, as `POST tools/call`, `GET`, `DELETE`. */
  readonly log: string[];
  readonly sessions: Map<string, WebStandardStreamableHTTPServerTransport>;
  /** Requests that are being answered now. */
  readonly underWay: () => number;
  /** Tells those who listen in the modern era. */
  readonly notify: ServerNotifier;
  gate: Gate;
  stop(): Promise<void>;
}

/** Serves legacy sessions and the modern era under `/mcp`, as the SDK does. */
export async function startHttpServer(createMcp: McpServerFactory = toolServer()): Promise<HttpServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const modern = createMcpHandler(createMcp, { legacy: 'reject' });
  let underWay = 0;
  const serve = async (request: Request): Promise<Response> => {
    if (!(await isLegacyRequest(request.clone()))) return modern.fetch(request);
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known) return known.handleRequest(request);
    if (id !== null) return Response.json({ error: 'Session not found' }, { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await (await createMcp({ era: 'legacy' })).connect(transport);
    return transport.handleRequest(request);
  };
  const server = createServer((incoming, outgoing) => {
    underWay++;
    outgoing.once('close', () => underWay--);
    void answer(incoming, outgoing, product, serve);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const product: HttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    log: [],
    sessions,
    underWay: () => underWay,
    notify: modern.notify,
    gate: () => false,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  return product;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  server: HttpServer,
  serve: (request: Request) => Promise<Response>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { method = 'GET' } = incoming;
  server.log.push(body === '' ? method : `${method} ${(JSON.parse(body) as { method?: string }).method ?? 'answer'}`);
  if (await server.gate(incoming, outgoing, body)) return;
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const init = { method, headers, signal: gone.signal, ...(body !== '' && { body }) };
  const response = await serve(new Request(server.url, init));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  const reader = response.body?.getReader();
  outgoing.once('close', () => void reader?.cancel().catch(() => undefined));
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) outgoing.write(part.value);
  outgoing.end();
}
