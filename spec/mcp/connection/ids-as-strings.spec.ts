import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpTransport, createMcpPool, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { type Message, startLineServer } from '../../support/line-server.ts';
import { answer, initialising, scriptedProgram } from '../../support/scripted-server.ts';

// Servers that make strings of the numbers of requests, as some JSON libraries do; the SDK's client takes them.
const answers = { ...initialising(), quick: { result: { of: 'quick' } } };
const ends: (() => unknown)[] = [];
let heard: Message[];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function poolOf(transport: McpTransport): McpPool {
  const pool = createMcpPool({ transport, minSize: 1, maxSize: 1, healthCheckIntervalMs: 0 });
  ends.push(() => pool.close());
  return pool;
}

async function overTcp(): Promise<McpTransport> {
  heard = [];
  let slow: Message | undefined;
  const server = await startLineServer((message, say) => {
    heard.push(message);
    const id = message.id === undefined ? undefined : String(message.id);
    if (message.method === 'slow') slow = message;
    else if (message.method === 'notifications/cancelled') say({ id: String(slow?.id), result: { of: 'slow' } });
    else if (id !== undefined) answer({ ...message, id }, answers, say);
  });
  ends.push(() => server.stop());
  return tcp({ port: server.port });
}

function overStdio(): McpTransport {
  const program = scriptedProgram(answers);
  const args = program.args?.map((arg) => arg.replace("'2.0', id,", "'2.0', id: String(id),"));
  return stdio({ ...program, args: args ?? [] });
}

/** In the body of the response, or in an event stream. */
async function overHttp(type: 'application/json' | 'text/event-stream'): Promise<McpTransport> {
  const server = createServer((request, response) => {
    const told = async (): Promise<void> => {
      if (request.method !== 'POST') {
        response.writeHead(405).end();
        return;
      }
      const message = JSON.parse(await text(request)) as Message;
      if (message.id === undefined) response.writeHead(202).end();
      else
        answer({ ...message, id: String(message.id) }, answers, (said) => {
          const body = JSON.stringify({ jsonrpc: '2.0', ...said });
          response
            .writeHead(200, { 'content-type': type })
            .end(type === 'application/json' ? body : `data: ${body}\n\n`);
        });
    };
    void told();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
  return streamableHttp({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
}

describe('answers with ids as strings', () => {
  it.each([
    ['stdio', overStdio],
    ['tcp', overTcp],
    ['HTTP, in one body', () => overHttp('application/json')],
    ['HTTP, in an event stream', () => overHttp('text/event-stream')],
  ])('are those to the requests over %s', async (_, transport) => {
    const pool = poolOf(await transport());
    for (let i = 0; i < 3; i++) {
      const result = await pool.use((connection) => connection.request({ method: 'quick' }));
      expect(result).toMatchObject({ of: 'quick' });
    }
  });

  it('leave nothing to be cancelled and no connection to be kept back when a lease ends', async () => {
    const pool = poolOf(await overTcp());
    for (let i = 0; i < 3; i++) {
      await pool.use((connection) => connection.request({ method: 'quick' }));
      expect(pool.state.idle).toBe(1);
    }
    expect(heard.map(({ method }) => method)).not.toContain('notifications/cancelled');
  });

  it('are known when they come late', async () => {
    const pool = poolOf(await overTcp());
    const seen = await pool.use(async (connection) => {
      const slow = connection.request({ method: 'slow' }).subscribe();
      await firstValueFrom(connection.check());
      slow.unsubscribe();
      const next = await firstValueFrom(connection.request({ method: 'quick' }));
      return { next, late: connection.lateAnswers };
    });
    expect(seen).toMatchObject({ next: { of: 'quick' }, late: 1 });
  });
});
