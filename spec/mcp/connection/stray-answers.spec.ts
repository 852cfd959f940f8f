import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpTransport, createMcpPool, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { type Message, type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

const answers = { ...initialising(), quick: { result: { of: 'quick' } } };
const mostUnasked = 20;
const ends: (() => unknown)[] = [];
let id = 0;

/** What a server says too often, beside its answer. */
const floods: readonly (readonly [string, (message: Message) => Readonly<Record<string, unknown>>])[] = [
  ['with ids that nobody has used', () => ({ id: ++id + 1000, result: {} })],
  ['with ids of a foreign type', () => ({ id: true, result: {} })],
  ['without an id', () => ({ error: { code: -32700, message: 'Parse error' } })],
  ['with an id that is answered already', (message) => ({ id: message.id, result: { of: 'late' } })],
];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Answers, and then says 50 things more. */
function handle(message: Message, stray: (message: Message) => Readonly<Record<string, unknown>>, say: Say): void {
  answer(message, answers, say);
  if (message.method === 'quick') for (let i = 0; i < 50; i++) say(stray(message));
}

/** Has the connection replaced, after an answer that is right. */
async function expectRetired(transport: McpTransport): Promise<void> {
  const pool: McpPool = createMcpPool({ transport, minSize: 1, maxSize: 1, healthCheckIntervalMs: 0 });
  ends.push(() => pool.close());
  const retired = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'retire')));
  const told = firstValueFrom(pool.events$.pipe(filter((event) => event.type === 'notice')));
  expect(await pool.use((connection) => connection.request({ method: 'quick' }))).toMatchObject({ of: 'quick' });
  expect(await told).toMatchObject({
    note: `more than ${mostUnasked} messages of the server within a second, such as an answer to nothing`,
  });
  expect(await retired).toMatchObject({ connection: 1, reason: 'notice' });
}

describe('too many answers that nobody asked for have their connection replaced', () => {
  it.each(floods)('over lines, %s', async (_, stray) => {
    const server = await startLineServer((message, say) => {
      handle(message, stray, say);
    });
    ends.push(() => server.stop());
    await expectRetired(tcp({ port: server.port, maxServerMessagesPerSecond: mostUnasked }));
  });

  it('over HTTP, in the stream of a request', async () => {
    const server = createServer((request, response) => {
      const respond = async (): Promise<void> => {
        const message = JSON.parse((await text(request)) || '{}') as Message;
        if (request.method !== 'POST' || message.id === undefined) response.writeHead(202).end();
        else {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          handle(
            message,
            () => ({ id: ++id + 1000, result: {} }),
            (said) => {
              response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...said })}\n\n`);
            },
          );
          response.end();
        }
      };
      void respond();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ends.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
    await expectRetired(streamableHttp({ url, maxServerMessagesPerSecond: mostUnasked }));
  });
});

describe('an answer that nobody asked for', () => {
  it('is never that to a request of a similar id, and is not quoted to whoever has the connection now', async () => {
    const server = await startLineServer((message, say) => {
      if (message.method === 'quick')
        for (const like of [`0${message.id ?? ''}`, [message.id], `${message.id ?? ''}.0`])
          say({ id: like, result: { of: 'somebody else' } });
      answer(message, answers, say);
    });
    ends.push(() => server.stop());
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, healthCheckIntervalMs: 0 });
    ends.push(() => pool.close());
    const told: string[] = [];
    const result = await pool.use((connection) => {
      connection.client.onerror = ({ message }) => told.push(message);
      return connection.request({ method: 'quick' });
    });
    expect(result).toMatchObject({ of: 'quick' });
    expect(told.filter((message) => message.startsWith('skipped an answer to nothing that was asked'))).toHaveLength(3);
    expect(told.join()).not.toContain('somebody else');
  });
});
