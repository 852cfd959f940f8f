import { firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpHandlers, type McpPool, type McpPoolOptions, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { startAskingServer } from '../../support/asking-server.ts';
import type { LineServer } from '../../support/line-server.ts';
import { callOf, textOf } from '../../support/tool-call.ts';

let server: LineServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startAskingServer();
});
afterAll(() => server.stop());
afterEach(() => pool.close());

const capabilities = { sampling: {}, elicitation: {}, roots: {} };

function open(options: Partial<McpPoolOptions> = {}): McpPool {
  const clientOptions = { capabilities };
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, clientOptions, ...options });
  return pool;
}

/** Answers with its own name, so that it shows who was asked. */
function named(name: string): McpHandlers {
  return {
    sampling: ({ messages }) => ({
      model: name,
      role: 'assistant',
      content: { type: 'text', text: JSON.stringify(messages[0]?.content) },
    }),
    elicitation: ({ message }) => ({ action: 'accept', content: { name: `${name}: ${message}` } }),
    roots: () => ({ roots: [{ uri: `file:///${name}` }] }),
  };
}

function asks(method: string, text = 'text'): { method: 'tools/call'; params: Record<string, unknown> } {
  return { method: 'tools/call', params: { name: 'ask', arguments: { asks: method, text } } };
}

describe('what a server asks', () => {
  it('reaches the requester in 1000 interleavings with 8 others', async () => {
    open({ minSize: 9, maxSize: 9 });
    const texts = Array.from({ length: 1000 }, (_, i) => `requester ${i}`);
    const answers = await lastValueFrom(
      from(texts).pipe(
        withConnection(pool, (connection, text) =>
          connection.request(asks('sampling/createMessage', text), { handlers: named(text) }),
        ),
        toArray(),
      ),
    );
    const models = answers.map((answer) => JSON.parse(textOf(answer)) as { model: string; content: object });
    // Each was answered by the handlers of the request that it belongs to, and by no others.
    for (const { model, content } of models) expect(JSON.stringify(content)).toContain(model);
    expect(models.map(({ model }) => model).sort()).toEqual(texts.sort());
  });

  it.each([
    ['sampling/createMessage', 'model'],
    ['elicitation/create', 'accept'],
    ['roots/list', 'file:///pool'],
  ])('is answered by the handlers of the pool where the holder has none: %s', async (method, expected) => {
    open({ handlers: named('pool'), clientOptions: {} });
    const answer = await pool.client.request(asks(method));
    expect(textOf(answer)).toContain(expected);
    expect(textOf(answer)).toContain('pool');
  });

  it('is answered by the handlers of one call through the drop-in client', async () => {
    open();
    const options = { handlers: named('caller') } as object;
    const { params } = asks('sampling/createMessage');
    const answer = await pool.client.callTool(params as { name: string }, options);
    expect(textOf(answer)).toContain('"model":"caller"');
    // And by nobody in the next.
    expect(textOf(await pool.client.callTool(params as { name: string }))).toContain('-32601');
  });

  it('is refused when its holder has given the connection back and left handlers behind', async () => {
    open({ minSize: 1, maxSize: 1 });
    await pool.use((connection) => {
      connection.answer(named('gone'));
      return connection.request({ method: 'ping' });
    });
    expect(textOf(await pool.client.request(asks('sampling/createMessage')))).toContain('-32601');
  });

  it('is refused where a connection is shared, whatever is promised', async () => {
    open({ sharing: 'multiplex', minSize: 1, maxSize: 1 });
    expect(textOf(await pool.client.request(asks('sampling/createMessage')))).toContain('-32601');
  });

  it('is answered by a function that fails with an error, and nothing else happens', async () => {
    const failing: McpHandlers = {
      sampling: () => {
        throw new Error('no model');
      },
    };
    open({ handlers: failing });
    expect(textOf(await pool.client.request(asks('sampling/createMessage')))).toContain('no model');
    expect(pool.state.lost).toBe(0);
  });
});

describe('what a server tells', () => {
  it('reaches the holder and nobody else', async () => {
    open({ minSize: 2, maxSize: 2 });
    const heard = { a: [] as unknown[], b: [] as unknown[] };
    const ask = (to: unknown[], text: string): Promise<unknown> =>
      pool.use((connection) =>
        connection.request(callOf('log', { text, logs: true }), {
          handlers: { log: ({ data }) => to.push(data) },
        }),
      );
    await Promise.all([ask(heard.a, 'for a'), ask(heard.b, 'for b')]);
    expect(heard).toEqual({ a: ['for a'], b: ['for b'] });
  });

  it('reaches the handlers of the pool where connections are shared, for nobody knows whom it is for', async () => {
    const pooled: unknown[] = [];
    const handlers: McpHandlers = { log: ({ data }) => pooled.push(data) };
    open({ sharing: 'multiplex', minSize: 1, maxSize: 1, handlers });
    await pool.use((connection) => connection.request(callOf('log', { text: 'for one', logs: true })));
    expect(pooled).toEqual(['for one']);
  });
});

describe('handlers', () => {
  it('cannot be those of a pool whose connections are shared', () => {
    pool = open();
    const transport = tcp({ port: server.port });
    const handlers = named('pool');
    expect(() => createMcpPool({ transport, handlers, sharing: 'multiplex' })).toThrow(TypeError);
    expect(() => createMcpPool({ transport, handlers, maxLeasesPerConnection: 8 })).toThrow('cannot answer sampling');
  });

  it('cannot be those of a request where connections are shared: they would hear what is meant for others', async () => {
    open({ sharing: 'multiplex' });
    const options = { handlers: { log: () => undefined } } as object;
    const refused = expect.objectContaining({ name: 'TypeError' }) as unknown;
    await expect(pool.use((connection) => connection.request({ method: 'ping' }, options))).rejects.toEqual(refused);
    await expect(pool.client.callTool({ name: 'log' }, options)).rejects.toEqual(refused);
    await pool.use((connection) => {
      expect(() => connection.answer(named('one of many'))).toThrow(TypeError);
      return [];
    });
  });

  it('are refused from whoever kept the connection after giving it back', async () => {
    open({ minSize: 1, maxSize: 1 });
    const kept = await pool.use((connection) => Promise.resolve(connection));
    expect(() => kept.answer(named('gone'))).toThrow('the lease is over');
    expect(textOf(await pool.client.request(asks('sampling/createMessage')))).toContain('-32601');
  });

  it('stay where the one before ends late and had brought the very same', async () => {
    open({ minSize: 1, maxSize: 1 });
    const handlers = named('both');
    const first = await firstValueFrom(pool.checkout());
    const ending = first.connection.answer(handlers);
    first.checkin();
    const answer = await pool.use((connection) => {
      connection.answer(handlers);
      ending.unsubscribe();
      return connection.request(asks('sampling/createMessage'));
    });
    expect(textOf(answer)).toContain('"model":"both"');
  });

  it('are checked by name', () => {
    pool = open();
    const transport = tcp({ port: server.port });
    expect(() => createMcpPool({ transport, handlers: { sample: () => 1 } as never })).toThrow('no handler "sample"');
    expect(() => createMcpPool({ transport, handlers: { log: 'yes' } as never })).toThrow('log must be a function');
  });
});
