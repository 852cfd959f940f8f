import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable, Subject, firstValueFrom, lastValueFrom, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Pool, createPool, withConnection } from '../../lib/index.ts';
import { type McpHandlers, createMcpPool, createMcpPoolFamily, tcp, withConnectionFor } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { startAskingServer } from '../support/asking-server.ts';
import { collect } from '../support/listen.ts';
import { toolServer } from '../support/tool-server.ts';
import { until } from '../support/until.ts';

/** Who a caller is, as a server keeps it for each of its own requests. */
const caller = new AsyncLocalStorage<string>();
const callers = ['a', 'b', 'c', 'd'];
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function poolOfOne(): Promise<Pool<number>> {
  const pool = createPool({ connect: ({ id }) => of(id), minSize: 1, maxSize: 1 });
  ends.push(() => pool.close());
  await pool.ready();
  return pool;
}

const later = (ms = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Work that takes a while, and says who it is done for. */
async function whose(): Promise<string | undefined> {
  const before = caller.getStore();
  await later();
  return before === caller.getStore() ? before : 'lost on the way';
}

/** The same for all callers at once, each in the context of his own. */
function forEach<T>(ask: (who: string) => Promise<T>): Promise<T[]> {
  return Promise.all(callers.map((who) => caller.run(who, ask, who)));
}

describe('work is done in the asynchronous context of whoever asked for it', () => {
  it('with use, though another has freed the connection', async () => {
    const pool = await poolOfOne();
    expect(await forEach(() => pool.use(whose))).toEqual(callers);
  });

  it('with withConnection, a stream each', async () => {
    const pool = await poolOfOne();
    const asked = forEach(() => lastValueFrom(of(1).pipe(withConnection(pool, whose))));
    expect(await asked).toEqual(callers);
  });

  it.each([
    ['as they come', undefined],
    ['with a key each', (who: string) => ({ key: who })],
  ])('with withConnection, requests of all of them held back, checked out %s', async (_, checkout) => {
    const pool = await poolOfOne();
    const requests$ = new Subject<string>();
    const seen = collect(
      requests$.pipe(withConnection(pool, whose, { concurrency: 1, ...(checkout && { checkout }) })),
    );
    for (const who of callers) caller.run(who, () => requests$.next(who));
    await until(() => seen.length === callers.length);
    expect(seen).toEqual(callers);
  });

  it('again, where it is retried after a failure that somebody else has told', async () => {
    const pool = await poolOfOne();
    const failing$ = new Subject<never>();
    const seen: unknown[] = [];
    const retry = (): boolean => seen.push(`retry for ${caller.getStore() ?? 'nobody'}`) < 3;
    const work = (): Observable<never> => {
      seen.push(caller.getStore());
      return new Observable((subscriber) => failing$.subscribe(subscriber));
    };
    const asked = caller.run('a', () => pool.use(work, { retry })).catch(() => undefined);
    caller.run('b', () => {
      failing$.error(new Error('told by another'));
    });
    await asked;
    expect(seen).toEqual(['a', 'retry for a', 'a', 'retry for a']);
  });

  it('through a client and a family', async () => {
    const server = await serveTcp(toolServer());
    const pools = createMcpPoolFamily<string, string>({
      key: () => 'all share one',
      options: () => ({ transport: tcp({ port: server.port }), maxSize: 1 }),
    });
    ends.push(
      () => server.close(),
      () => pools.close(),
    );
    const requests$ = new Subject<string>();
    const project = (): Promise<string | undefined> => whose();
    const flow = withConnectionFor(pools, (who: string) => who, project, { concurrency: 1 });
    const seen = collect(requests$.pipe(flow));
    for (const who of callers) caller.run(who, () => requests$.next(who));
    await until(() => seen.length === callers.length);
    expect(seen).toEqual(callers);
    expect(await forEach((who) => pools.use(who, whose))).toEqual(callers);
  });
});

it('answers what a server asks in the context of whoever it is asked of', async () => {
  const server = await startAskingServer();
  const pool = createMcpPool({
    transport: tcp({ port: server.port }),
    clientOptions: { capabilities: { sampling: {} } },
    maxSize: 1,
  });
  ends.push(
    () => server.stop(),
    () => pool.close(),
  );
  class Own implements McpHandlers {
    readonly model = 'of its own';
    heard: unknown[] = [];
    sampling(): Promise<never> {
      this.heard.push(caller.getStore());
      return Promise.reject(new Error(this.model));
    }
    log(): void {
      this.heard.push(`log of ${caller.getStore() ?? 'nobody'}`);
    }
  }
  const heard = await forEach(async () => {
    const handlers = new Own();
    const asks = { asks: 'sampling/createMessage', text: 'hi', logs: true };
    await pool.client.callTool({ name: 'call', arguments: asks }, { handlers });
    return handlers.heard;
  });
  expect(heard).toEqual(callers.map((who) => [`log of ${who}`, who]));
});

describe('what a pool does for all is done in its own context', () => {
  it('connects, prepares and checks, whoever made it necessary', async () => {
    const seen: unknown[] = [];
    const tell = (what: string): Promise<void> => {
      seen.push([what, caller.getStore()]);
      return Promise.resolve();
    };
    const options = { minSize: 0, healthCheckIntervalMs: 10, connect: () => tell('connect'), warm: () => tell('warm') };
    const pool = caller.run('whose pool it is', () => createPool({ ...options, check: () => tell('check') }));
    ends.push(() => pool.close());
    await pool.ready();
    await caller.run('a', () => pool.use(whose));
    await until(() => seen.length >= 3);
    for (const [, who] of seen as unknown[][]) expect(who).toBe('whose pool it is');
  });

  it('replaces a connection of which somebody has told that it is broken', async () => {
    const seen: unknown[] = [];
    const pool = createPool({ connect: () => of(seen.push(caller.getStore())), minSize: 1, maxSize: 1 });
    ends.push(() => pool.close());
    const lease = await firstValueFrom(pool.checkout());
    await later();
    caller.run('a', () => {
      lease.destroy();
    });
    await until(() => seen.length === 2);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('opens the pools of a family', async () => {
    const server = await serveTcp(toolServer());
    const seen: unknown[] = [];
    const onClient = (): void => void seen.push(caller.getStore());
    const transport = tcp({ port: server.port });
    const pools = createMcpPoolFamily({ key: () => 'one', options: () => ({ transport, onClient, minSize: 2 }) });
    ends.push(
      () => server.close(),
      () => pools.close(),
    );
    await caller.run('a', () => pools.use('a', whose));
    await until(() => seen.length === 2);
    expect(seen).toEqual([undefined, undefined]);
  });
});
