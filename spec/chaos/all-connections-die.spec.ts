import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { filter, firstValueFrom, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Pool, createPool, withConnection } from '../../lib/index.ts';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { listen } from '../support/listen.ts';
import { type Outcome, codeOf, outcomeOf } from '../support/outcome.ts';
import { builtProgram, startTcpServer } from '../support/start-tcp-server.ts';
import { connectorTo, echo } from '../support/tcp-echo.ts';
import { callOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

const size = 1000;
const maxConnecting = 20;
const sizes = { minSize: size, maxSize: size, maxConnecting };

let pool: Pool<unknown>;
let echoServer: ChildProcess | undefined;

afterEach(async () => {
  await pool.close({ timeoutMs: 0 });
  echoServer?.kill();
});

function startEchoServer(): ChildProcess {
  echoServer = fork(builtProgram('echo-server'), { execArgv: [] });
  return echoServer;
}

async function reported<T>(server: ChildProcess): Promise<T> {
  const [message] = (await once(server, 'message')) as [T];
  return message;
}

/** The most connects that were ever under way at once. */
function watchConnecting(): () => number {
  let most = 0;
  listen(pool.events$, () => {
    most = Math.max(most, pool.state.connecting);
  });
  return () => most;
}

function expectOneEnd({ values, errors, completions }: Outcome<unknown>): void {
  expect([values, errors, completions]).toEqual(errors === 0 ? [1, 0, 1] : [0, 1, 0]);
}

const isOver = ({ errors, completions }: Outcome<unknown>): boolean => errors + completions > 0;

describe('a thousand connections that are reset at once', () => {
  it('fail the requests on them once each, and are all replaced', async () => {
    const server = startEchoServer();
    const { port } = await reported<{ port: number }>(server);
    const sockets = createPool<Socket>({ ...connectorTo(port), ...sizes, healthCheckIntervalMs: 0 });
    pool = sockets;
    const mostConnecting = watchConnecting();
    await pool.ready();
    // Twice as many requests as connections: each holds its connection for as long as the server lives, or waits.
    const request = (text: string) => of(text).pipe(withConnection(sockets, (socket) => echo(socket, text)));
    const hold = (socket: Socket): Promise<unknown> => once(socket, 'data');
    const busy = Array.from({ length: size }, (_, i) => outcomeOf(of(i).pipe(withConnection(sockets, hold))));
    const waiting = Array.from({ length: size }, (_, i) => outcomeOf(request(`request ${i}`)));
    expect(pool.state).toMatchObject({ active: size, waiting: size });
    server.send('drop');
    expect(await reported(server)).toEqual({ dropped: size });
    await until(() => [...busy, ...waiting].every(isOver), 15_000);
    [...busy, ...waiting].forEach(expectOneEnd);
    expect(new Set(busy.map(({ error }) => codeOf(error)))).toEqual(new Set(['POOL_CONNECTION_LOST']));
    // Who waited kept the place and was served by the replacements.
    expect(waiting.map(({ value }) => value)).toEqual(waiting.map((_, i) => `request ${i}`));
    await until(() => pool.state.idle === size, 15_000);
    expect(mostConnecting()).toBe(maxConnecting);
  });
});

describe('a server that is killed under load', () => {
  it('fails what it had, and serves the rest when it is back', async () => {
    const server = await startTcpServer();
    // However long the server takes to be back.
    const checkoutTimeoutMs = 60_000;
    const transport = tcp({ port: server.port });
    const mcp = createMcpPool({ transport, minSize: 100, maxSize: 100, maxConnecting, checkoutTimeoutMs });
    pool = mcp;
    const mostConnecting = watchConnecting();
    await pool.ready();
    const call = (name: string) => outcomeOf(of(callOf(name, { ms: 60_000, message: 'hi' })).pipe(withConnection(mcp)));
    const busy = Array.from({ length: 100 }, () => call('sleep'));
    const waiting = Array.from({ length: 300 }, () => call('echo'));
    await server.stop();
    await firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'connectFailed')));
    const again = await startTcpServer(server.port);
    await until(() => [...busy, ...waiting].every(isOver), 15_000);
    [...busy, ...waiting].forEach(expectOneEnd);
    for (const { error } of busy) expect(error).toMatchObject({ code: 'MCP_OUTCOME_UNKNOWN' });
    expect(waiting.filter(({ values }) => values === 1)).toHaveLength(300);
    await until(() => pool.state.idle === 100, 15_000);
    expect(mostConnecting()).toBeLessThanOrEqual(maxConnecting);
    await pool.close();
    await again.stop();
  });
});
