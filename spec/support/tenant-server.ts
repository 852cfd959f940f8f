import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StdioOptions } from '../../lib/mcp/index.ts';
import { nodeProgram } from './programs.ts';

/** What a tenant's server does for one call, in this order; each message of it has the token of the call. */
export type Step = 'progress' | 'log' | 'ask' | 'pause';
/** How the call ends: `hang` is answered only once it was cancelled, too late. */
export type Ending = 'once' | 'twice' | 'error' | 'hang' | 'die';

/** The arguments of a call. */
export interface TenantCall {
  readonly token: string;
  readonly steps: readonly Step[];
  readonly ending: Ending;
}

interface Incoming {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: { readonly content?: { readonly token?: unknown } };
}

/** What it says, and the id of the call that this belongs to. */
export type SayFor = (message: object, call: number | string | undefined) => void;

/**
 * One connection of a server of the legacy era, which does as each call says. What it is told to do for a call that was
 * cancelled it leaves undone. It stands for itself, so that its text can run in another process.
 */
export function tenantServer(say: SayFor, die: () => void): (message: Incoming) => void {
  const cancelled = new Set<unknown>();
  const hanging = new Map<unknown, () => void>();
  const questions = new Map<unknown, (answer: unknown) => void>();
  let asked = 0;

  const call = ({ id, params }: Incoming): void => {
    const { token, steps, ending } = (params?.['arguments'] ?? {}) as unknown as TenantCall;
    const { progressToken } = (params?.['_meta'] ?? {}) as { readonly progressToken?: unknown };
    const answers: unknown[] = [];
    const answer = (): void => {
      say({ id, result: { content: [{ type: 'text', text: JSON.stringify({ token, answers }) }] } }, id);
    };
    const end = (): void => {
      if (ending === 'die') die();
      else if (ending === 'hang') hanging.set(id, answer);
      else if (ending === 'error') say({ id, error: { code: -32_603, message: token } }, id);
      else {
        answer();
        if (ending === 'twice') answer();
      }
    };
    const go = (at: number): void => {
      if (cancelled.has(id)) return;
      const step = steps[at];
      const next = (): void => {
        setTimeout(go, 1, at + 1);
      };
      if (step === undefined) end();
      else if (step === 'ask') {
        const question = `ask-${++asked}`;
        questions.set(question, (told) => {
          answers.push(told);
          next();
        });
        const requestedSchema = { type: 'object', properties: { token: { type: 'string' } } };
        say({ id: question, method: 'elicitation/create', params: { message: token, requestedSchema } }, id);
      } else {
        if (step === 'log') say({ method: 'notifications/message', params: { level: 'info', data: token } }, id);
        if (step === 'progress' && progressToken !== undefined) {
          const told = { progressToken, progress: at + 1, message: token };
          say({ method: 'notifications/progress', params: told }, id);
        }
        next();
      }
    };
    go(0);
  };

  return (message) => {
    const { id, method, params, result } = message;
    if (method === undefined) {
      questions.get(id)?.(result?.content?.token ?? null);
      questions.delete(id);
    } else if (method === 'notifications/cancelled') {
      const cancelledId = params?.['requestId'];
      cancelled.add(cancelledId);
      hanging.get(cancelledId)?.();
      hanging.delete(cancelledId);
    } else if (method === 'tools/call') call(message);
    else if (method === 'initialize') {
      const serverInfo = { name: 'tenants', version: '1.0.0' };
      const capabilities = { tools: {}, logging: {} };
      say({ id, result: { protocolVersion: params?.['protocolVersion'], capabilities, serverInfo } }, id);
    } else if (id !== undefined) say({ id, result: {} }, id);
  };
}

/** The same over stdio, in a process for each connection. */
export function tenantProgram(): StdioOptions {
  return nodeProgram(`
    const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
    const receive = (${tenantServer.toString()})(say, () => process.exit(1));
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => receive(JSON.parse(line)));`);
}

/** The same over HTTP, in sessions; each call has a stream of its own. */
export async function startTenantHttp(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const sessions = new Map<string, { receive: (message: Incoming) => void; streams: Map<unknown, ServerResponse> }>();
  const begin = (name: string) => {
    const streams = new Map<unknown, ServerResponse>();
    const say: SayFor = (message, call) => {
      const stream = streams.get(call);
      if (stream?.writable !== true) return;
      stream.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
      // A second answer may follow in the same turn.
      if ('id' in message && !('method' in message)) setImmediate(() => stream.end());
    };
    const die = (): void => {
      sessions.delete(name);
      for (const stream of streams.values()) stream.destroy();
    };
    const session = { receive: tenantServer(say, die), streams };
    sessions.set(name, session);
    return session;
  };
  let begun = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const message = JSON.parse(body) as Incoming;
      const isNew = message.method === 'initialize';
      const name = isNew ? `session-${++begun}` : String(request.headers['mcp-session-id']);
      const session = isNew ? begin(name) : sessions.get(name);
      if (session === undefined) return response.writeHead(404).end();
      const isRequest = message.id !== undefined && message.method !== undefined;
      if (isRequest) {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': name }).flushHeaders();
        session.streams.set(message.id, response);
      } else response.writeHead(202).end();
      session.receive(message);
      return undefined;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
