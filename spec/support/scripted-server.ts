import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { StdioOptions } from '../../lib/mcp/index.ts';
import { nodeProgram } from './programs.ts';

/** What a server says to a method: `{ error }` or `{ result }`. To any other it says that it does not know it. */
export type Answers = Readonly<Record<string, { readonly error: unknown } | { readonly result: unknown }>>;

const unknown = { error: { code: -32601, message: 'Method not found' } };

/** A server over stdio that knows only what it is told to say; `before` is run first. */
export function scriptedProgram(answers: Answers, before = ''): StdioOptions {
  return nodeProgram(`${before};
    const answers = ${JSON.stringify(answers)};
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      const said = answers[method] ?? ${JSON.stringify(unknown)};
      if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
    });`);
}

/** The same over TCP, in this process. */
export async function startScriptedServer(answers: Answers): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    createInterface({ input: socket }).on('line', (line) => {
      const { id, method } = JSON.parse(line) as { id?: number; method: string };
      const said = answers[method] ?? unknown;
      if (id !== undefined) socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

/** The answers of a server that initialises with this version of the protocol. */
export function initialising(protocolVersion = '2025-06-18'): Answers {
  const serverInfo = { name: 'scripted', version: '1.0.0' };
  return { initialize: { result: { protocolVersion, capabilities: {}, serverInfo } }, ping: { result: {} } };
}
