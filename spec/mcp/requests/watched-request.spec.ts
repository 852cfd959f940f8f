import { lastValueFrom, of } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { reportedErrors } from '../../support/reported.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { callOf, textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

let server: StartedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  pool = createMcpPool({ name: 'spec', transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  await pool.ready();
});
afterEach(() => pool.close());

const echo = { name: 'echo', arguments: { message: 'hi' } };

describe('a request that is watched', () => {
  const reported = reportedErrors();

  it('is told of each stage, and may add to what is sent', async () => {
    const stages: string[] = [];
    const watching = pool.watchRequests({
      begin: (request) => {
        stages.push(`begin ${request.method}`);
        const { name } = request.params as { name: string };
        return {
          request: { ...request, params: { name, arguments: { message: 'added' } } },
          leased: ({ id }) => void stages.push(`leased ${id}`),
          ended: ({ status }) => void stages.push(status),
        };
      },
    });
    expect(textOf(await pool.client.callTool(echo))).toBe('added');
    const piped = of(callOf('echo', { message: 'hi' })).pipe(withConnection(pool));
    expect(textOf(await lastValueFrom(piped))).toBe('added');
    const one = ['begin tools/call', 'leased 1', 'answered'];
    expect(stages).toEqual([...one, ...one]);
    watching.unsubscribe();
    expect(textOf(await pool.client.callTool(echo))).toBe('hi');
    expect(stages).toHaveLength(6);
  });

  it('adds to a ping, and leaves its options as they are', async () => {
    pool.watchRequests({ begin: (request) => ({ request: { ...request, params: {} } }) });
    server.process.kill('SIGSTOP');
    await expect(pool.client.ping({ timeout: 20 })).rejects.toThrow('timed out');
    server.process.kill('SIGCONT');
  });

  it('has attempts begin within what it does, and once only', async () => {
    const seen: string[] = [];
    const within = (name: string, times: number) => (begin: () => void) => {
      seen.push(`${name} in`);
      for (let i = 0; i < times; i++) begin();
      seen.push(`${name} out`);
      if (name === 'throws') throw new Error('no');
    };
    for (const [name, times] of [
      ['once', 1],
      ['twice', 2],
      ['never', 0],
      ['throws', 1],
    ] as const) {
      pool.watchRequests({ begin: () => ({ within: within(name, times) }) });
    }
    const uses = pool.state.checkouts;
    expect(textOf(await pool.client.callTool(echo))).toBe('hi');
    expect(pool.state.checkouts).toBe(uses + 1);
    expect(seen).toEqual(['throws in', 'never in', 'never out', 'throws out']);
    await until(() => reported.length === 1);
  });

  it('harms nobody by what it throws', async () => {
    const failing = () => {
      throw new Error('no');
    };
    const watching = pool.watchRequests({ begin: () => ({ leased: failing, ended: failing }) });
    pool.watchRequests({ begin: failing });
    expect(textOf(await pool.client.callTool(echo))).toBe('hi');
    watching.unsubscribe();
    await until(() => reported.length === 3);
    expect(pool.state).toMatchObject({ idle: 1, active: 0 });
  });
});
