import { describe, expect, it, onTestFinished } from 'vitest';
import { type McpPool, type McpPoolOptions, streamableHttp, stdio, tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { type Act, json, startOldServer, text } from '../../support/old-http-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { nodeProgram } from '../../support/programs.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

const called = { result: { content: [] } };
const error = { code: -32600, message: 'no session' };

async function eraOf(options: McpPoolOptions): Promise<{ readonly pool: McpPool; readonly era: unknown }> {
  const pool = openPool({ era: 'auto', minSize: 1, maxSize: 1, ...options });
  await pool.ready();
  return { pool, era: erasOf(pool)[0] };
}

function erasOf(pool: McpPool): unknown[] {
  return Array.from(pool.state.connections, ({ info }) => info?.['era']);
}

describe('a server over HTTP is taken for an old one, and initialised once, where it meets the question by', () => {
  it.each<[string, Act]>([
    ['500', (response) => response.writeHead(500).end('boom')],
    ['501', (response) => response.writeHead(501).end()],
    ['502 of a gateway', (response) => response.writeHead(502).end('<html>Bad gateway</html>')],
    ['202', (response) => response.writeHead(202).end()],
    ['204', (response) => response.writeHead(204).end()],
    ['200 and nothing', (response) => response.writeHead(200).end()],
    ['an empty stream', text('text/event-stream', '')],
    ['a page', text('text/html', '<html>Welcome</html>')],
    ['garbage', text('application/json', 'garbage')],
    ['half an answer', text('application/json', '{"jsonrpc":"2.0","id":0,"resu')],
    ['something else', text('application/json', '{"message":"hello"}')],
    ['an error without an id', json(200, () => ({ id: null, error }))],
    [
      'such an error in a stream',
      text('text/event-stream', `data: ${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n\n`),
    ],
    ['an error of an unknown kind', json(500, (id) => ({ id, error: { code: -1, message: 'huh' } }))],
    ['a reset', (response) => response.socket?.resetAndDestroy()],
  ])('%s', async (_, act) => {
    const { url, asked } = await startOldServer(act);
    const { pool, era } = await eraOf({ transport: streamableHttp({ url }) });
    expect(era).toBe('legacy');
    expect(await pool.client.callTool({ name: 'any' })).toEqual({ content: [] });
    // The SDK initialises by itself at an error of JSON-RPC, on the connection that is only for the question.
    expect([...new Set(asked)]).toEqual(['server/discover', 'initialize', 'tools/call']);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('silence, for half of the time for connecting', async () => {
    const { url } = await startOldServer(() => undefined);
    const { era } = await eraOf({ transport: streamableHttp({ url }), connectTimeoutMs: 400 });
    expect(era).toBe('legacy');
  });
});

describe('a server over HTTP is not taken for an old one', () => {
  it.each([401, 403])('where it lets nobody in: %i', async (status) => {
    const { url, asked } = await startOldServer((response) => response.writeHead(status).end());
    const pool = openPool({ transport: streamableHttp({ url }), era: 'auto', minSize: 1 });
    await expect(pool.ready()).rejects.toMatchObject({ code: 'POOL_CONNECT_FAILED' });
    expect(asked).not.toContain('initialize');
  });

  it('where it wants to be left alone for now', async () => {
    const server = await startOldServer((response) => response.writeHead(503).end());
    const pool = openPool({
      transport: streamableHttp({ url: server.url }),
      era: 'auto',
      minSize: 1,
      connectBackoff: { minMs: 1, maxMs: 5 },
    });
    await until(() => server.asked.length > 1);
    expect(server.asked).not.toContain('initialize');
    server.act = (response) => response.writeHead(404).end();
    await until(() => pool.state.idle === 1);
  });

  it('where nobody is there', async () => {
    const gone = await startLineServer(() => undefined);
    await gone.stop();
    const transport = streamableHttp({ url: `http://127.0.0.1:${gone.port}/mcp` });
    await expect(openPool({ transport, era: 'auto', minSize: 1 }).ready()).rejects.toThrow('ECONNREFUSED');
  });

  it('for longer than one attempt, where it does not know `initialize` either', async () => {
    const discover = {
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
    };
    const server = await startOldServer((response) => response.writeHead(500).end(), {});
    const transport = streamableHttp({ url: server.url });
    const pool = openPool({ transport, era: 'auto', minSize: 1, maxSize: 1, connectBackoff: { minMs: 1, maxMs: 5 } });
    await until(() => server.asked.filter((method) => method === 'initialize').length > 1);
    server.act = json(200, (id) => ({ id, result: discover }));
    await until(() => pool.state.idle === 1);
    expect(erasOf(pool)).toEqual(['modern']);
  });
});

type Meet = (write: (message: object) => void, say: (line: string) => void, leave: () => void, id: unknown) => void;

/** What old servers over lines make of the question. */
const meetings: readonly (readonly [string, Meet])[] = [
  [
    'an error without an id',
    (write) => {
      write({ id: null, error: { code: -32600, message: 'no' } });
    },
  ],
  [
    'an error of an unknown kind',
    (write, _say, _leave, id) => {
      write({ id, error: { code: 500, message: 'boom' } });
    },
  ],
  [
    'an empty result',
    (write, _say, _leave, id) => {
      write({ id, result: {} });
    },
  ],
  [
    'no result',
    (write, _say, _leave, id) => {
      write({ id, result: null });
    },
  ],
  [
    'an answer to another question',
    (write) => {
      write({ id: 'other', result: {} });
    },
  ],
  [
    'garbage',
    (_write, say) => {
      say('<html>');
    },
  ],
  ['silence', () => undefined],
  [
    'its end',
    (_write, _say, leave) => {
      leave();
    },
  ],
];

describe('a server over lines is taken for an old one where it meets the question by', () => {
  it.each(meetings)('%s, over stdio', async (_, meet) => {
    const program = nodeProgram(`
      const say = (line) => process.stdout.write(line + '\\n');
      const write = (message) => say(JSON.stringify({ jsonrpc: '2.0', ...message }));
      const known = ${JSON.stringify({ ...initialising(), 'tools/call': called })};
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method } = JSON.parse(line);
        if (method === 'server/discover') (${meet.toString()})(write, say, () => process.exit(1), id);
        else if (id !== undefined) write({ id, ...known[method] });
      });`);
    const { pool, era } = await eraOf({ transport: stdio(program) });
    expect(era).toBe('legacy');
    expect(await pool.client.callTool({ name: 'any' })).toEqual({ content: [] });
  });

  it.each(meetings)('%s, over TCP', async (_, meet) => {
    const server = await startLineServer((message, write, socket) => {
      const say = (line: string): unknown => socket.write(`${line}\n`);
      if (message.method !== 'server/discover') answer(message, initialising(), write);
      else meet(write as never, say, () => socket.destroy(), message.id);
    });
    onTestFinished(() => server.stop());
    const { era } = await eraOf({ transport: tcp({ port: server.port }) });
    expect(era).toBe('legacy');
  });
});
