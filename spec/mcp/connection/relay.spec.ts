import { ProtocolError } from '@modelcontextprotocol/client';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { McpConnection } from '../../../lib/mcp/index.ts';
import { createMcpPool, type McpPool, tcp } from '../../../lib/mcp/index.ts';
import type { RelayedAnswer, RelayListener } from '../../../lib/mcp/connection/relay.ts';
import { type LineServer, type Message, type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

let server: LineServer;
let pool: McpPool;
let received: Record<string, unknown>[];
let onCall: (message: Message, say: Say) => void;

beforeEach(async () => {
  received = [];
  server = await startLineServer((message, say) => {
    received.push(message as unknown as Record<string, unknown>);
    if (message.method === 'tools/call' || message.method === 'tasks/odd') onCall(message, say);
    else if ('method' in message) answer(message, initialising(), say);
  });
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
});
afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
  await server.stop();
});

class Told implements RelayListener {
  readonly all: unknown[] = [];
  readonly end: Promise<RelayedAnswer>;
  answers: RelayListener['answers'] = () => true;
  asked: RelayListener['asked'] = () => Promise.reject(new ProtocolError(-32_601, 'not here'));
  answered!: (answer: RelayedAnswer) => void;
  failed!: (error: unknown) => void;

  constructor() {
    this.end = new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
    });
  }

  told(notification: unknown): void {
    this.all.push(notification);
  }
}

const relayed = (request: Parameters<McpConnection['relay']>[0], told = new Told()): Promise<Told> =>
  pool.use(async (connection) => {
    connection.whole.relay(request, told);
    await told.end.catch(() => undefined);
    return told;
  });

describe('a request that is passed on', () => {
  it('goes as it came, and so does its result: fields and methods that nobody knows, and malformed ones', async () => {
    const results: unknown[] = [{ resultType: 'odd', content: 'none', x: 1 }, null, 'text'];
    onCall = ({ id }, say) => {
      say({ id, result: results[received.length - 4] ?? results.at(-1) });
    };
    const params = { name: 'x', odd: { deep: [1, { a: null }] } };
    const { end } = await relayed({ method: 'tasks/odd', params });
    expect(await end).toHaveProperty('result');
    expect(received.at(-1)).toMatchObject({ method: 'tasks/odd', params });
  });

  it('is told an error as the server wrote it', async () => {
    const error = { code: -32_042, message: 'no', data: { a: 1 }, hint: 'x' };
    onCall = ({ id }, say) => {
      say({ id, error });
    };
    expect(await (await relayed({ method: 'tools/call', params: { name: 'x' } })).end).toEqual({ error });
  });

  it("hears progress by the client's own token, the log and what nobody knows, before the answer", async () => {
    onCall = ({ id, params }, say) => {
      const { progressToken } = params?.['_meta'] as { progressToken: unknown };
      say({ method: 'notifications/progress', params: { progressToken, progress: 1, message: 'm', odd: 1 } });
      say({ method: 'notifications/message', params: { level: 'info', data: 'd' } });
      say({ method: 'notifications/odd', params: { a: 1 } });
      say({ id, result: {} });
    };
    const params = { name: 'x', _meta: { progressToken: 'mine', trace: 't' } };
    const { all } = await relayed({ method: 'tools/call', params });
    expect(all).toEqual([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1, message: 'm', odd: 1 } },
      { method: 'notifications/message', params: { level: 'info', data: 'd' } },
      { method: 'notifications/odd', params: { a: 1 } },
    ]);
    expect(received.at(-1)).toMatchObject({ params: { _meta: { trace: 't' } } });
  });

  it.each([
    ['an answer', () => Promise.resolve({ role: 'user', odd: 1 }), { result: { role: 'user', odd: 1 } }],
    ['a refusal', () => Promise.reject(new ProtocolError(-1, 'no')), { error: { code: -1, message: 'no' } }],
    ['an error', () => Promise.reject(new Error('oh')), { error: { code: -32_603, message: 'oh' } }],
  ])('is asked what the server asks, and answers with %s', async (_, asked, expected) => {
    let call: Message | undefined;
    onCall = (message, say) => {
      call = message;
      say({ id: 'q1', method: 'sampling/odd', params: { a: 1 } });
    };
    const told = new Told();
    const questions: unknown[] = [];
    told.asked = (question) => {
      questions.push(question);
      return asked();
    };
    await pool.use(async (connection) => {
      connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
      await until(() => received.at(-1)?.['id'] === 'q1');
      for (const socket of server.sockets)
        socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: call?.id, result: {} })}\n`);
      await told.end;
    });
    expect(questions).toEqual([{ method: 'sampling/odd', params: { a: 1 } }]);
    expect(received.find(({ id }) => id === 'q1')).toMatchObject(expected);
  });

  it('leaves what it does not answer to the handlers of the pool', async () => {
    const told = new Told();
    told.answers = (method) => method !== 'roots/list';
    await pool.close();
    const handlers = { roots: () => ({ roots: [{ uri: 'file:///a' }] }) };
    pool = createMcpPool({ transport: tcp({ port: server.port }), maxSize: 1, handlers });
    onCall = (_, say) => {
      say({ id: 'q1', method: 'roots/list' });
    };
    await pool.use(async (connection) => {
      const passing = connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
      await until(() => received.at(-1)?.['id'] === 'q1');
      passing.unsubscribe();
    });
    expect(received.find(({ id }) => id === 'q1')).toMatchObject({ result: { roots: [{ uri: 'file:///a' }] } });
  });

  it('is told when the server takes its question back, and the server gets no answer then', async () => {
    const signals: AbortSignal[] = [];
    const told = new Told();
    told.asked = async (_, signal) => {
      signals.push(signal);
      await until(() => signal.aborted);
      return {};
    };
    onCall = ({ id }, say) => {
      say({ id: 'q1', method: 'sampling/odd' });
      say({ method: 'notifications/cancelled', params: { requestId: 'q1' } });
      setTimeout(say, 30, { id, result: {} });
    };
    await pool.use(async (connection) => {
      connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
      await told.end;
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(told.all).toEqual([]);
    expect(received.filter(({ id }) => id === 'q1')).toEqual([]);
  });

  it('ends what it was asked when it ends', async () => {
    const signals: AbortSignal[] = [];
    const told = new Told();
    told.asked = (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    onCall = (_, say) => {
      say({ id: 'q1', method: 'sampling/odd' });
    };
    await pool.use(async (connection) => {
      const passing = connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
      await until(() => signals.length > 0);
      passing.unsubscribe();
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('is cancelled by unsubscribing, and hears no more', async () => {
    let call: Message | undefined;
    let say: Say | undefined;
    onCall = (message, answering) => {
      [call, say] = [message, answering];
    };
    const told = new Told();
    await pool.use(async (connection) => {
      const passing = connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
      await until(() => call !== undefined);
      passing.unsubscribe();
      await until(() => received.some(({ method }) => method === 'notifications/cancelled'));
      say?.({ method: 'notifications/message', params: { level: 'info', data: 'late' } });
      say?.({ id: call?.id, result: {} });
      await turn();
    });
    expect(told.all).toEqual([]);
    expect(received.find(({ method }) => method === 'notifications/cancelled')).toMatchObject({
      params: { requestId: call?.id },
    });
  });

  it('fails when the connection is lost', async () => {
    onCall = () => {
      for (const socket of server.sockets) socket.destroy();
    };
    const told = new Told();
    await pool
      .use(async (connection) => {
        connection.whole.relay({ method: 'tools/call', params: { name: 'x' } }, told);
        await told.end;
      })
      .catch(() => undefined);
    await expect(told.end).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  });
});
