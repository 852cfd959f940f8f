import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpConnection, type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type StartedServer, startTcpServer } from '../../support/start-tcp-server.ts';
import { callOf, textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

let server: StartedServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startTcpServer();
});
afterAll(() => server.stop());
afterEach(() => pool.close());

function openPool(): McpPool {
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
  return pool;
}

async function cancelledCalls(connection: McpConnection): Promise<number> {
  return Number(textOf(await firstValueFrom(connection.request(callOf('cancelled')))));
}

describe('request', () => {
  it('is cold: nothing is sent before the subscription, and each subscription sends anew', async () => {
    const answers = await openPool().use(async (connection) => {
      const echo$ = connection.request(callOf('echo', { message: 'hi' }));
      return [await firstValueFrom(echo$), await firstValueFrom(echo$)].map(textOf);
    });
    expect(answers).toEqual(['hi', 'hi']);
  });

  it('emits one result and completes', async () => {
    const results = await openPool().use((connection) =>
      connection.request(callOf('echo', { message: 'once' })).pipe(toArray()),
    );
    expect(results.map(textOf)).toEqual(['once']);
  });

  it('errors as the server answers an unknown method', async () => {
    const answer = openPool().use((connection) => connection.request({ method: 'no/such' }));
    await expect(answer).rejects.toMatchObject({ code: -32601 });
  });

  it('is cancelled at the server when its subscriber leaves', async () => {
    await openPool().use(async (connection) => {
      const before = await cancelledCalls(connection);
      const subscription = connection.request(callOf('sleep', { ms: 60_000 })).subscribe();
      await firstValueFrom(connection.request(callOf('echo', { message: 'sent behind it' })));
      subscription.unsubscribe();
      await until(async () => (await cancelledCalls(connection)) === before + 1);
    });
  });

  it('is cancelled alone, and not those that were answered before or are sent after', async () => {
    await openPool().use(async (connection) => {
      const echo = (message: string): Promise<string | undefined> =>
        firstValueFrom(connection.request(callOf('echo', { message }))).then(textOf);
      const before = await cancelledCalls(connection);
      await Promise.all([echo('a'), echo('b'), echo('c')]);
      for (let round = 0; round < 5; round++) {
        const subscription = connection.request(callOf('sleep', { ms: 60_000 })).subscribe();
        await echo('sent behind it');
        subscription.unsubscribe();
        expect(await Promise.all([echo('d'), echo('e'), echo('f'), echo('g')])).toEqual(['d', 'e', 'f', 'g']);
      }
      expect(await cancelledCalls(connection)).toBe(before + 5);
    });
  });

  it('is cancelled at the server by the signal of its options', async () => {
    await openPool().use(async (connection) => {
      const before = await cancelledCalls(connection);
      const abort = new AbortController();
      const answer = lastValueFrom(connection.request(callOf('sleep', { ms: 60_000 }), { signal: abort.signal }));
      await firstValueFrom(connection.request(callOf('echo', { message: 'sent behind it' })));
      const reason = new Error('no longer needed');
      abort.abort(reason);
      await expect(answer).rejects.toBe(reason);
      await until(async () => (await cancelledCalls(connection)) === before + 1);
    });
  });

  it('I17 keeps apart the answers to many requests on one connection', async () => {
    const messages = Array.from({ length: 200 }, (_, i) => `message ${i}`);
    const answers = await openPool().use((connection) =>
      Promise.all(messages.map((message) => firstValueFrom(connection.request(callOf('echo', { message }))))),
    );
    expect(answers.map(textOf)).toEqual(messages);
  });
});

describe('closed$', () => {
  it('tells the pool and everybody else, whatever handler the user sets', async () => {
    const doomed = await startTcpServer();
    pool = createMcpPool({ transport: tcp({ port: doomed.port }), minSize: 1, maxSize: 1 });
    const told: string[] = [];
    const { connection } = await firstValueFrom(pool.checkout());
    connection.closed$.subscribe(() => told.push('closed$'));
    connection.client.onclose = () => told.push('onclose');
    const lost = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'down')));
    await doomed.stop();
    await lost;
    expect(told).toEqual(['onclose', 'closed$']);
    expect(await firstValueFrom(connection.closed$)).toBeInstanceOf(Error);
  });
});

describe('check', () => {
  it('is answered by a server that lives, in the protocol with ping', async () => {
    expect(await openPool().use((connection) => connection.check())).toEqual({});
  });

  it('is answered by a server that lives, in the protocol without ping', async () => {
    pool = createMcpPool({
      transport: tcp({ port: server.port }),
      minSize: 1,
      clientOptions: { versionNegotiation: { mode: 'auto' } },
    });
    const era = await pool.use(async (connection) => {
      await firstValueFrom(connection.check());
      return connection.client.getProtocolEra();
    });
    expect(era).toBe('modern');
  });
});
