import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Answers, initialising } from './scripted-server.ts';

/** What a server does when it is asked for its era. */
export type Act = (response: ServerResponse, id: unknown) => unknown;

const unknown = { error: { code: -32601, message: 'Method not found' } };
/** Answers with a message of JSON-RPC. */
export const json =
  (status: number, message: (id: unknown) => object): Act =>
  (response, id) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', ...message(id) }));
/** Answers with a body of this type. */
export const text =
  (type: string, body: string): Act =>
  (response) =>
    response.writeHead(200, { 'content-type': type }).end(body);

/** A legacy server over HTTP. */
export interface OldServer {
  readonly url: string;
  /** The methods of the requests so far. */
  readonly asked: string[];
  act: Act;
}

/** A legacy server over HTTP, without sessions, that does as it is told when it is asked for its era. */
export async function startOldServer(
  act: Act,
  known: Answers = { ...initialising(), 'tools/call': { result: { content: [] } } },
): Promise<OldServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      if (id === undefined) return response.writeHead(202).end();
      product.asked.push(method);
      if (method === 'server/discover') return product.act(response, id);
      return json(200, () => ({ id, ...(known[method] ?? unknown) }))(response, id);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  const product = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, asked: [] as string[], act };
  return product;
}
