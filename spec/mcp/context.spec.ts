import { AsyncLocalStorage } from 'node:async_hooks';
import { type Observable, of } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import {
  type McpConnection,
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  stdio,
  streamableHttp,
  tcp,
} from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { startHttpServer } from '../support/http-server.ts';
import { progressProgram, progressServer } from '../support/progress-server.ts';

/** Who a caller is, as a server keeps it for each of its own requests. */
const caller = new AsyncLocalStorage<string>();
const callers = Array.from({ length: 12 }, (_, index) => `caller ${index}`);

/** A way to make the same request: notes who it is told to, and what. */
type Way = (pool: McpPool, who: string, seen: Seen) => Promise<unknown>;

/** Notes one thing that was told, and in whose context. */
type Seen = (what: string, text: unknown) => void;

const requestOf = (who: string, fails = false) => ({
  method: 'tools/call',
  params: { name: 'work', arguments: { text: who, fails } },
});
const onprogress =
  (seen: Seen) =>
  ({ message }: { message?: string | undefined }): void => {
    seen('progress', message);
  };
const textOf = (result: unknown): unknown => {
  const { content, message } = result as { content?: { text: string }[]; message?: string };
  return content?.[0]?.text ?? message;
};

const callerIn = (error: unknown): unknown => /caller \d+/.exec((error as Error).message)?.[0];

/** Subscribes in place, so that no promise keeps the context; resolves when the stream is over. */
function told(source$: Observable<unknown>, seen: Seen): Promise<void> {
  return new Promise((resolve) => {
    source$.subscribe({
      next: (value) => {
        seen('next', textOf(value));
      },
      error: (error: unknown) => {
        seen('error', callerIn(error));
        resolve();
      },
      complete: () => {
        seen('complete', undefined);
        resolve();
      },
    });
  });
}

const onConnection =
  (ask: (connection: McpConnection, who: string, seen: Seen) => Observable<unknown>): Way =>
  (pool, who, seen) =>
    pool.use((connection) => told(ask(connection, who, seen), seen));

const ways: readonly (readonly [string, Way])[] = [
  ['request', onConnection((connection, who) => connection.request(requestOf(who)))],
  [
    'request with progress',
    onConnection((connection, who, seen) => connection.request(requestOf(who), { onprogress: onprogress(seen) })),
  ],
  ['request that fails', onConnection((connection, who) => connection.request(requestOf(who, true)))],
  ['stream', onConnection((connection, who) => connection.stream(requestOf(who)))],
  ['withConnection', (pool, who, seen) => told(of(requestOf(who)).pipe(withConnection(pool)), seen)],
  ['withConnection that fails', (pool, who, seen) => told(of(requestOf(who, true)).pipe(withConnection(pool)), seen)],
  [
    'client',
    async (pool, who, seen) => {
      const { params } = requestOf(who);
      seen('next', textOf(await pool.client.callTool(params, { onprogress: onprogress(seen) })));
    },
  ],
  [
    'client that fails',
    (pool, who, seen) =>
      pool.client.request(requestOf(who, true), {}).catch((error: unknown) => {
        seen('error', callerIn(error));
      }),
  ],
  ['use', (pool, who, seen) => pool.use((connection) => told(connection.stream(requestOf(who)), seen))],
];

const wires: readonly (readonly [string, () => Promise<readonly [McpPoolOptions, () => Promise<unknown>]>])[] = [
  ['stdio', () => Promise.resolve([{ transport: stdio(progressProgram()) }, () => Promise.resolve()])],
  ['TCP', overTcp('legacy')],
  ['TCP, modern', overTcp('modern')],
  ['HTTP', overHttp('legacy')],
  ['HTTP, modern', overHttp('modern')],
];

function overTcp(era: 'legacy' | 'modern') {
  return async (): Promise<[McpPoolOptions, () => Promise<unknown>]> => {
    const server = await serveTcp(progressServer());
    return [{ transport: tcp({ port: server.port }), era }, () => server.close()];
  };
}

function overHttp(era: 'legacy' | 'modern') {
  return async (): Promise<[McpPoolOptions, () => Promise<unknown>]> => {
    const server = await startHttpServer(progressServer());
    return [{ transport: streamableHttp({ url: server.url }), era }, () => server.stop()];
  };
}

describe.each(wires)('over %s, whoever asks is told in his own context', (_, start) => {
  describe.each(['exclusive', 'multiplex'] as const)('%s', (sharing) => {
    let pool: McpPool;
    let stop: () => Promise<unknown>;

    beforeAll(async () => {
      const [options, end] = await start();
      pool = createMcpPool({ ...options, sharing, minSize: 2, maxSize: 2, retry: false });
      stop = end;
      // Opened in a context of nobody's.
      await caller.run('nobody', () => pool.ready());
    });
    afterAll(async () => {
      await pool.close();
      await stop();
    });

    it.each(ways)('with %s', async (_way, ask) => {
      const wrong: string[] = [];
      const count = new Map<string, number>();
      const one = (who: string): Promise<unknown> =>
        ask(pool, who, (what, text) => {
          const store = caller.getStore();
          count.set(who, (count.get(who) ?? 0) + 1);
          if (store !== who) wrong.push(`${what} of ${who} in the context of ${String(store)}`);
          if (text !== undefined && text !== who) wrong.push(`${what} of ${JSON.stringify(text)} told to ${who}`);
        });
      await Promise.all(callers.map((who) => caller.run(who, one, who)));
      expect(wrong).toEqual([]);
      expect(count.size).toBe(callers.length);
    });
  });
});
