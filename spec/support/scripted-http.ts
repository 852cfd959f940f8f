import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A message as a client posts it; empty for what is no POST. */
export interface Posted {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly protocolVersion?: string };
}

/** What a server does with a request; `true`: it has answered it, or is going to. */
export type Script = (asked: { request: IncomingMessage; response: ServerResponse; message: Posted }) => boolean;

/** A server of the legacy era that does what a spec wants. */
export interface ScriptedHttp {
  readonly url: string;
  readonly port: number;
  /** The requests so far, as `POST tools/call`, `GET`, `DELETE`. */
  readonly log: string[];
  readonly sockets: Set<Socket>;
  script: Script;
  stop(): Promise<void>;
}

const serverInfo = { name: 'scripted', version: '1.0.0' };
export const jsonType = { 'content-type': 'application/json' };
export const eventType = { 'content-type': 'text/event-stream' };

/** The text of an answer. */
export function answerTo(id: unknown, result: object = { content: [] }): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** Answers everything that the script does not: `initialize`, notifications, calls; 405 for what is no POST. */
export async function startScriptedHttp(
  script: Script = () => false,
  make: (listener: RequestListener) => Server = createServer,
  at: number | string = 0,
): Promise<ScriptedHttp> {
  const listener: RequestListener = (request, response) => {
    let text = '';
    request
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .on('end', () => {
        const message = (text === '' ? {} : JSON.parse(text)) as Posted;
        product.log.push([request.method, message.method].filter(Boolean).join(' '));
        if (product.script({ request, response, message })) return;
        if (request.method !== 'POST') response.writeHead(405).end();
        else if (message.id === undefined) response.writeHead(202).end();
        else response.writeHead(200, jsonType).end(answerTo(message.id, resultOf(message)));
      });
  };
  const server = make(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening');
  const port = typeof at === 'string' ? 0 : (server.address() as AddressInfo).port;
  const product: ScriptedHttp = {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    log: [],
    sockets,
    script,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  };
  return product;
}

function resultOf({ method, params }: Posted): object {
  if (method !== 'initialize') return { content: [] };
  return { protocolVersion: params?.protocolVersion, capabilities: { tools: { listChanged: true } }, serverInfo };
}
