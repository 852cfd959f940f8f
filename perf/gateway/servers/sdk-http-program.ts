import { WebStandardStreamableHTTPServerTransport, createMcpHandler } from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { tellPort } from './tell-port.ts';
import { toolServer } from './tool-server.ts';

/** How the SDK is asked: a request without its body, which is parsed already. */
type Serve = (request: Request, parsedBody: unknown) => Promise<Response>;

// A program of its own: the SDK's own HTTP server as lean as it can be set. JSON in place of streams, nothing that keeps
// alive what there is not, and bodies parsed once.
const serve = process.argv[2] === 'modern' ? modern() : legacy();
await tellPort(createServer((incoming, outgoing) => void answer(incoming, outgoing)));

function modern(): Serve {
  const handler = createMcpHandler(toolServer, { legacy: 'reject', responseMode: 'json', keepAliveMs: 0 });
  return (request, parsedBody) => handler.fetch(request, { parsedBody });
}

function legacy(): Serve {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return async (request, parsedBody) => {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return known.handleRequest(request, { parsedBody });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      keepAliveMs: 0,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await toolServer().connect(transport);
    return transport.handleRequest(request, { parsedBody });
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const headers = new Headers(incoming.headers as Record<string, string>);
  const request = new Request(`http://127.0.0.1${url}`, { method, headers });
  const response = await serve(request, text === '' ? undefined : JSON.parse(text));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(response.body === null ? undefined : await response.text());
}
