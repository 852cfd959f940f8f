import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { firstValueFrom, from, lastValueFrom, of } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import {
  type McpPool,
  type McpRequest,
  type McpRequestEvent,
  createMcpPool,
  createMcpPoolFamily,
  tcp,
  withConnectionFor,
} from '../../../lib/mcp/index.ts';
import { collect } from '../../support/listen.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { callOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

let server: StartedServer;
let pool: McpPool;
let events: McpRequestEvent[];

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  pool = createMcpPool({ name: 'spec', transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  await pool.ready();
  events = collect(pool.requests$);
});
afterEach(() => pool.close());

const echo = { name: 'echo', arguments: { message: 'hi' } };

describe('requests$', () => {
  it('tells what became of each request, with its method and tool', async () => {
    await pool.client.callTool(echo);
    await pool.client.listTools();
    expect(events).toEqual([
      {
        pool: 'spec',
        method: 'tools/call',
        tool: 'echo',
        status: 'answered',
        at: expect.any(Number) as number,
        waitedMs: expect.any(Number) as number,
        tookMs: expect.any(Number) as number,
        attempts: 1,
        connection: 1,
      },
      expect.objectContaining({ method: 'tools/list', status: 'answered' }),
    ]);
    const [{ waitedMs, tookMs }] = events as [McpRequestEvent];
    expect(waitedMs).toBeLessThan(tookMs);
  });

  it('tells of those in a pipe, with a project or without', async () => {
    const request = callOf('echo', { message: 'hi' });
    await lastValueFrom(from([request, request]).pipe(withConnection(pool)));
    await lastValueFrom(of(request).pipe(withConnection(pool, (connection, asked) => connection.stream(asked))));
    await lastValueFrom(of(7).pipe(withConnection(pool, (connection) => connection.request(request))));
    expect(events.map(({ tool, status }) => [tool, status])).toEqual(
      Array.from({ length: 3 }, () => ['echo', 'answered']),
    );
  });

  it('tells of an error by its code', async () => {
    await expect(pool.client.callTool({ name: 'no such tool' })).rejects.toThrow();
    expect(events).toMatchObject([{ tool: 'no such tool', status: 'failed', error: '-32603', attempts: 1 }]);
  });

  it('tells of a checkout that failed, without a connection', async () => {
    const lease = await firstValueFrom(pool.checkout());
    await expect(pool.use(() => 'x', { timeoutMs: 1 })).rejects.toThrow();
    const failing = of(callOf('echo')).pipe(withConnection(pool, undefined, { checkout: () => ({ timeoutMs: 5 }) }));
    await expect(lastValueFrom(failing)).rejects.toThrow();
    lease.checkin();
    expect(events).toMatchObject([{ status: 'failed', error: 'POOL_CHECKOUT_TIMEOUT', waitedMs: null, attempts: 0 }]);
    expect(events[0]).not.toHaveProperty('connection');
  });

  it('tells of who left, in flight and in the queue', async () => {
    const abort = new AbortController();
    const sleeping = pool.client.callTool({ name: 'sleep', arguments: { ms: 5000 } }, { signal: abort.signal });
    await until(() => pool.state.active === 1);
    const waiting = of(callOf('echo')).pipe(withConnection(pool)).subscribe();
    waiting.unsubscribe();
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(events.map(({ tool, status, attempts }) => [tool, status, attempts])).toEqual([
      ['echo', 'cancelled', 0],
      ['sleep', 'cancelled', 1],
    ]);
  });

  it('counts attempts', async () => {
    const crashing = await startTcpServer();
    const lossy = createMcpPool({ transport: tcp({ port: crashing.port }), minSize: 1, maxSize: 1 });
    const told = collect(lossy.requests$);
    await lossy.ready();
    let killed = false;
    const work = of({ method: 'tools/list' } satisfies McpRequest).pipe(
      withConnection(
        lossy,
        (connection, request) => {
          const sent$ = connection.request(request);
          if (!killed) void connection.close();
          killed = true;
          return sent$;
        },
        { retry: lossy.retryPolicy ?? false },
      ),
    );
    await lastValueFrom(work);
    expect(told).toMatchObject([{ method: 'tools/list', status: 'answered', attempts: 2 }]);
    await lossy.close();
    await crashing.stop();
  });

  it('completes with the pool', async () => {
    let completed = false;
    pool.requests$.subscribe({ complete: () => (completed = true) });
    await pool.close();
    expect(completed).toBe(true);
  });

  it('is there for pinned pools, and for requests through a family', async () => {
    const transport = tcp({ port: server.port });
    const pinned = createMcpPool({ transport, sharing: 'pinned', affinity: () => 'one', minSize: 0 });
    const pools = createMcpPoolFamily({ key: (who: string) => who, options: () => ({ transport }) });
    const told = [collect(pinned.requests$), collect(pools.for('a').requests$)];
    await pinned.client.callTool(echo);
    await lastValueFrom(of(callOf('echo', { message: 'hi' })).pipe(withConnectionFor(pools, () => 'a')));
    expect(told).toMatchObject([[{ tool: 'echo', status: 'answered' }], [{ tool: 'echo', status: 'answered' }]]);
    await Promise.all([pinned.close(), pools.close()]);
  });
});

describe('the channel rx-mcp-pool:request', () => {
  it('carries the same', async () => {
    const published: unknown[] = [];
    const note = (message: unknown) => void published.push(message);
    subscribe('rx-mcp-pool:request', note);
    await pool.client.callTool(echo);
    unsubscribe('rx-mcp-pool:request', note);
    await pool.client.callTool(echo);
    expect(events).toHaveLength(2);
    expect(published).toEqual(events.slice(0, 1));
  });
});
