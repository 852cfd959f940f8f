import { from, lastValueFrom, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { replay, withConnection } from '../../../lib/index.ts';
import { type McpHandlers, type McpRequest, createMcpPool, createMcpPoolFamily, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { answerTo, asks, carriers, openAskingPool } from '../../support/asking-pool.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { collect } from '../../support/listen.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { toolServer } from '../../support/tool-server.ts';

/** An object that is not yet closed. */
const hostile = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  const found = [{}, [], () => 0].map((object) => Reflect.get(object, 'polluted') as unknown);
  expect(found).toEqual([undefined, undefined, undefined]);
});

/** Says what no JSON.stringify would: its texts are written as they are. */
async function hostileServer(): Promise<LineServer> {
  const server = await startLineServer((message, say, socket) => {
    if (message.method !== 'tools/call') {
      answer(message, initialising(), say);
      return;
    }
    const token: unknown = Reflect.get(Object(message.params?.['_meta']) as object, 'progressToken');
    if (token !== undefined) {
      socket.write(
        `{"jsonrpc":"2.0","method":"notifications/progress","params":${hostile},"progressToken":${JSON.stringify(token)},"progress":1}}\n`,
      );
    }
    const call = message.params?.['name'];
    if (call === 'fail') {
      socket.write(`{"jsonrpc":"2.0","id":${message.id},"error":{"code":-1,"message":"no","data":${hostile}}}}\n`);
      return;
    }
    socket.write(`{"jsonrpc":"2.0","id":${message.id},"result":${hostile},"content":[],"_meta":${hostile}}}}\n`);
  });
  ends.push(() => server.stop());
  return server;
}

describe('__proto__ and constructor pollute nothing', () => {
  it('in parameters, where they are properties like any other', async () => {
    const server = await serveTcp(toolServer());
    ends.push(() => server.close());
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
    ends.push(() => pool.close());
    const given: unknown = JSON.parse(
      '{"message":"hi","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}',
    );
    const params = { name: 'echo', arguments: given as Record<string, unknown> };
    expect(await pool.client.callTool(params)).toMatchObject({ content: [{ text: 'hi' }] });
    await pool.use((connection) => connection.request({ method: 'tools/call', params }));
  });

  it('in results, their _meta, errors and progress', async () => {
    const { port } = await hostileServer();
    const pool = createMcpPool({ transport: tcp({ port }), minSize: 1 });
    ends.push(() => pool.close());
    const events = collect(pool.events$);
    const call = (name: string): McpRequest => ({ method: 'tools/call', params: { name, arguments: {} } });
    const stream = withConnection(pool, (connection, request: McpRequest) => connection.stream(request));
    const result = await lastValueFrom(from([call('echo')]).pipe(stream));
    expect(result).toMatchObject({ content: [] });
    expect(Reflect.get(result, 'polluted')).toBeUndefined();
    await expect(pool.client.callTool({ name: 'fail' })).rejects.toMatchObject({ code: -1 });
    expect(JSON.stringify(events)).not.toContain('polluted');
  });

  it.each(carriers)('in what handlers answer, over %s', async (carrier) => {
    const asking = await openAskingPool(carrier);
    ends.push(() => asking.stop());
    const content = JSON.parse(`{"name":"a","nested":1}`) as Record<string, string>;
    const answered = JSON.parse(`${hostile},"action":"accept"}`) as object;
    const handlers: McpHandlers = { elicitation: () => ({ action: 'accept' as const, ...answered, content }) };
    expect(await answerTo(asking.pool, asks(['elicitation']), handlers)).toMatchObject({
      elicitation: { action: 'accept' },
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])('as a key, an endpoint and a principal: %s', async (name) => {
    const { port } = await hostileServer();
    const call = { method: 'tools/call', params: { name: 'echo', arguments: {} } };
    const endpoints$ = of([
      { id: name, transport: tcp({ port }) },
      { id: 'other', transport: tcp({ port }) },
    ]);
    const pool = createMcpPool({ endpoints$, minSize: 2, maxSize: 2, seed: 1 });
    ends.push(() => pool.close());
    const events = collect(pool.events$);
    await pool.ready();
    await pool.use((connection) => connection.request(call), { key: name });
    const waiting = Array.from({ length: 6 }, (_, i) =>
      pool.use((connection) => connection.request(call), { key: i % 2 ? name : 'k' }),
    );
    await Promise.all(waiting);
    expect([...pool.state.endpoints].map(({ id }) => id)).toEqual([name, 'other']);
    expect(replay(events).toJSON()).toEqual(pool.state.toJSON());
    expect(JSON.parse(JSON.stringify(pool.state))).toEqual(pool.state.toJSON());
    const pinned = createMcpPool({ transport: tcp({ port }), sharing: 'pinned', affinity: () => name });
    ends.push(() => pinned.close());
    await lastValueFrom(from([call]).pipe(withConnection(pinned)));
    const pools = createMcpPoolFamily({ key: () => name, options: () => ({ transport: tcp({ port }) }) });
    ends.push(() => pools.close());
    await pools.use('anybody', (connection) => connection.request(call));
    expect(pools.list()).toHaveLength(1);
  });
});
