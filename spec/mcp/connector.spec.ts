import { EMPTY, filter, firstValueFrom, of, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { everything } from '../support/everything.ts';
import { isAlive, isListed, nodeProgram } from '../support/programs.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { startSilentServer } from '../support/silent-server.ts';
import { until } from '../support/until.ts';
import { watched } from '../support/watched.ts';

/** Neither answers nor goes by itself. */
const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
const withGrandchild = `
  const idle = ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"];
  process.stderr.write('grandchild ' + require('node:child_process').spawn(process.execPath, idle).pid);`;

let pool: McpPool;

function openPool(options: McpPoolOptions): McpPool {
  pool = createMcpPool(options);
  return pool;
}

afterEach(() => pool.close());

describe('I12 closing a pool that is still connecting', () => {
  it('leaves no process of a server that never answers', async () => {
    const transport = watched(stdio(nodeProgram(stubborn)));
    openPool({ transport, minSize: 3 });
    await until(() => transport.pids.length === 3);
    await pool.close();
    expect(transport.pids.filter(isListed)).toEqual([]);
  });

  it('takes what such a server has started with it', async () => {
    const transport = watched(stdio(nodeProgram(`${withGrandchild}${stubborn}`)));
    openPool({ transport });
    const told = (): string => String(Reflect.get(Object(transport.made[0]), 'stderr'));
    await until(() => /grandchild \d+/.test(told()));
    await pool.close();
    const grandchild = Number(/\d+/.exec(told())?.[0]);
    expect(grandchild).toBeGreaterThan(1);
    await until(() => !isAlive(grandchild));
  });

  it('leaves no socket to a server that never answers', async () => {
    const server = await startSilentServer();
    openPool({ transport: tcp({ port: server.port }), minSize: 5, maxConnecting: 5 });
    await until(() => server.sockets.size === 5);
    await pool.close();
    // At most those of the server, which is in this process and has yet to hear of it.
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length).toBeLessThanOrEqual(5);
    await until(() => server.sockets.size === 0);
    await server.stop();
  });

  it('waits for a server that has closed its output and stays', async () => {
    const program = `require('node:fs').closeSync(1); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    const transport = watched(stdio(nodeProgram(program)));
    openPool({ transport });
    await firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'connectFailed')));
    await pool.close();
    expect(transport.pids).toHaveLength(1);
    expect(isListed(transport.pids[0])).toBe(false);
  });
});

describe('I12 closing a pool whose server does not go', () => {
  it('leaves no process, and takes no longer than it may', async () => {
    const transport = watched(stdio(scriptedProgram(initialising())));
    openPool({ transport, minSize: 3, maxConnecting: 3, closeTimeoutMs: 300 });
    await pool.ready();
    for (const pid of transport.pids) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    await pool.close();
    expect(transport.pids.filter(isListed)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe('a connect that takes too long', () => {
  it('ends the process', async () => {
    const transport = watched(stdio(nodeProgram(stubborn)));
    openPool({ transport, connectTimeoutMs: 100, connectBackoff: { minMs: 60_000, maxMs: 60_000 } });
    await expect(pool.ready()).rejects.toThrow('connecting took longer than 100 ms');
    await until(() => !isAlive(transport.pids[0]));
  });
});

describe("the user's own warm", () => {
  it('finds an initialised connection', async () => {
    let tools: unknown;
    openPool({
      transport: stdio(everything),
      warm: async ({ client }) => {
        tools = (await client.listTools()).tools;
      },
    });
    await pool.ready();
    expect(tools).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'echo' })]));
  });

  it.each([
    ['is empty', () => EMPTY],
    ['emits', () => of(1, 2)],
  ])('may be one that %s', async (_, warm) => {
    openPool({ transport: stdio(everything), warm });
    await pool.ready();
    expect(pool.metrics.currentSize).toBe(1);
  });

  it('fails the connect with its error, and the process ends', async () => {
    const transport = watched(stdio(everything));
    openPool({ transport, warm: () => throwError(() => new Error('no such account')) });
    await expect(pool.ready()).rejects.toMatchObject({ cause: { message: 'no such account' } });
    await until(() => !isAlive(transport.pids[0]));
  });
});
