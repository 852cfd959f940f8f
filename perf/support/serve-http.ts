import { type McpServerFactory, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Serves the legacy era over Streamable HTTP on a free port of loopback, a server of its own for each session. */
export async function serveHttp(create: McpServerFactory): Promise<number> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const serve = async (request: Request): Promise<Response> => {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return known.handleRequest(request);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await (await create({ era: 'legacy' })).connect(transport);
    return transport.handleRequest(request);
  };
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, serve);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  serve: (request: Request) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const headers = new Headers(incoming.headers as Record<string, string>);
  const body = method === 'POST' ? { body: await buffer(incoming) } : {};
  const response = await serve(new Request(`http://127.0.0.1${url}`, { method, headers, ...body }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else
    Readable.fromWeb(response.body)
      .on('error', () => outgoing.destroy())
      .pipe(outgoing);
}
