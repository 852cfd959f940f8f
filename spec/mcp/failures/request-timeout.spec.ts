import type { RequestOptions } from '@modelcontextprotocol/client';
import { type Observable, from, lastValueFrom, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpConnection, type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { isTimeout } from '../../../lib/mcp/failures/request-failure.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { callOf } from '../../support/tool-call.ts';

let server: StartedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
});
afterAll(async () => {
  await pool.close();
  await server.stop();
});

function sleeping(connection: McpConnection, options?: RequestOptions): Observable<unknown> {
  return connection.request(callOf('sleep', { ms: 60_000 }), options);
}

/** How a request fails that would last a minute. */
function failureOf(request: (connection: McpConnection) => Observable<unknown>): Promise<unknown> {
  return pool.use(async (connection) => {
    try {
      return await lastValueFrom(request(connection));
    } catch (error) {
      return error;
    }
  });
}

describe('isTimeout', () => {
  it('knows a request that the SDK has timed out', async () => {
    const failure = await failureOf((connection) => sleeping(connection, { timeout: 20 }));
    expect(failure).toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(isTimeout(failure)).toBe(true);
  });

  it('knows a request that an operator has timed out', async () => {
    expect(isTimeout(await failureOf((connection) => sleeping(connection).pipe(timeout(20))))).toBe(true);
  });

  it('knows a request that a signal has timed out', async () => {
    const failure = await failureOf((connection) => sleeping(connection, { signal: AbortSignal.timeout(20) }));
    expect(isTimeout(failure)).toBe(true);
  });

  it('takes no aborted request for one, though the SDK gives it the same code', async () => {
    const abort = new AbortController();
    const failure = await failureOf(({ client }) => {
      const answer = client.callTool({ name: 'sleep', arguments: { ms: 60_000 } }, { signal: abort.signal });
      abort.abort();
      return from(answer);
    });
    expect(failure).toMatchObject({ code: 'REQUEST_TIMEOUT' });
    expect(isTimeout(failure)).toBe(false);
  });

  it('takes no other failure for one', async () => {
    expect(isTimeout(await failureOf((connection) => connection.request({ method: 'no/such' })))).toBe(false);
    expect(isTimeout('TimeoutError')).toBe(false);
    expect(isTimeout(undefined)).toBe(false);
  });
});
