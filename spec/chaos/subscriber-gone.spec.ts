import { setImmediate as turn } from 'node:timers/promises';
import { Subscription, firstValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpConnection, type McpPool, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { everything } from '../support/everything.ts';
import { bytesInUse } from '../support/memory.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { callOf, textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

const mebibyte = 1024 * 1024;
const size = 10;

let server: StartedServer;
let pool: McpPool;

beforeEach(async () => {
  server = await startTcpServer();
  pool = createMcpPool({
    transport: tcp({ port: server.port }),
    minSize: size,
    maxSize: size,
    healthCheckIntervalMs: 0,
    quarantineMs: 0,
  });
  await pool.ready();
});
afterEach(async () => {
  await pool.close();
  await server.stop();
});

async function cancelledCalls(): Promise<number> {
  return Number(textOf(await pool.client.callTool({ name: 'cancelled', arguments: {} })));
}

/** Asks on every connection, lets the requests go out, and leaves. */
async function askAndLeave(): Promise<void> {
  const all = new Subscription();
  for (let i = 0; i < size; i++) {
    all.add(
      of(callOf('sleep', { ms: 60_000 }))
        .pipe(withConnection(pool))
        .subscribe(),
    );
  }
  expect(pool.state.active).toBe(size);
  await turn();
  all.unsubscribe();
  expect(pool.state).toMatchObject({ active: 0, idle: size });
}

/** What an SDK client keeps of requests that are not over. */
function pendingOf({ client }: McpConnection): number {
  const kept = ['_responseHandlers', '_timeoutInfo', '_progressHandlers'].map(
    (name) => Reflect.get(client, name) as Map<unknown, unknown>,
  );
  return kept.reduce((sum, { size: entries }) => sum + entries, 0);
}

describe('a subscriber who leaves in the middle of a request', () => {
  it('has it cancelled at the server, and the connection back at once', async () => {
    await askAndLeave();
    await until(async () => (await cancelledCalls()) === size);
    expect(pool.metrics).toMatchObject({ failedCheckouts: 0, currentSize: size });
  });

  it('has it cancelled at the reference server, which then serves the next one', async () => {
    const reference = createMcpPool({ transport: stdio(everything), maxSize: 1 });
    const operation = callOf('trigger-long-running-operation', { duration: 1, steps: 1 });
    await reference.ready();
    const request = of(operation).pipe(withConnection(reference)).subscribe();
    await turn();
    request.unsubscribe();
    expect(textOf(await reference.client.callTool({ name: 'echo', arguments: { message: 'next' } }))).toBe(
      'Echo: next',
    );
    await reference.close({ timeoutMs: 0 });
  });

  it('leaves nothing behind, ten thousand times', async () => {
    const connections = await Promise.all(
      Array.from({ length: size }, () =>
        pool.use(async (one) => {
          await firstValueFrom(one.check());
          return { one };
        }),
      ),
    );
    const warmedUp = 100;
    for (let i = 0; i < warmedUp; i++) await askAndLeave();
    await until(async () => (await cancelledCalls()) === warmedUp * size);
    const before = bytesInUse();
    for (let i = 0; i < 1000 - warmedUp; i++) await askAndLeave();
    await until(async () => (await cancelledCalls()) === 10_000, 15_000);
    expect(bytesInUse() - before).toBeLessThan(2 * mebibyte);
    expect(connections.map(({ one }) => pendingOf(one))).toEqual(Array(size).fill(0));
    expect(pool.state).toMatchObject({ active: 0, idle: size, waiting: 0 });
  });
});
