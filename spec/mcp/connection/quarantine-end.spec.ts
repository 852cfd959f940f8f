import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { filter, firstValueFrom } from 'rxjs';
import { type McpPool, type McpPoolOptions, createMcpPool, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type LineServer, type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { given } from '../../support/outcome.ts';
import { callOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';

/** Answers a call when it is told to, cancelled or not; pings only while it is awake. */
let held: (() => void)[] = [];
let awake = true;
let server: LineServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startLineServer((message, say: Say) => {
    if (message.method === 'tools/call')
      held.push(() => {
        say({ id: message.id, result: { late: true } });
      });
    else if (message.method !== 'ping' || awake) answer(message, initialising(), say);
  });
});
afterAll(() => server.stop());
afterEach(async () => {
  awake = true;
  held = [];
  await pool.close();
});

function open(options: Partial<McpPoolOptions> = {}): McpPool {
  const transport = tcp({ port: server.port });
  pool = createMcpPool({ transport, minSize: 1, maxSize: 1, healthCheckIntervalMs: 0, ...options });
  return pool;
}

/** Calls, and leaves as soon as the server has heard of it. */
async function cancelled(): Promise<void> {
  const before = held.length;
  const abort = new AbortController();
  const call = pool.use((connection) => connection.request({ method: 'tools/call' }), { signal: abort.signal });
  const ended = call.catch(() => undefined);
  await until(() => held.length > before);
  abort.abort(new Error('no longer wanted'));
  await ended;
}

describe('a connection whose request was cancelled', () => {
  it('serves the next as soon as the answer has come, which reaches nobody', async () => {
    open({ quarantineMs: 60_000 });
    await cancelled();
    expect(pool.state).toMatchObject({ active: 1, checkins: 0 });
    const next = pool.use((connection) => connection.request({ method: 'ping' }));
    held[0]?.();
    expect(await next).toEqual({});
    expect(await pool.use((connection) => Promise.resolve(connection.lateAnswers))).toBe(1);
  });

  it('serves the next after the quarantine when the server never answers but lives', async () => {
    open({ quarantineMs: 30 });
    await cancelled();
    const since = performance.now();
    expect(await pool.use(({ id }) => Promise.resolve(id))).toBe(1);
    expect(performance.now() - since).toBeGreaterThan(20);
    // Nor does it wait again for what was given up.
    given(pool.tryCheckout()).checkin();
  });

  it('is replaced when the server gives no sign of life', { timeout: 10_000 }, async () => {
    open({ quarantineMs: 10 });
    awake = false;
    const destroyed = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'destroy')));
    await cancelled();
    expect(await destroyed).toMatchObject({ connection: 1 });
    expect(await pool.use(({ id }) => Promise.resolve(id))).toBe(2);
  });

  it('keeps to it over HTTP too, where the server can still ask in the session', async () => {
    const http = await startHttpServer();
    try {
      open({ transport: streamableHttp({ url: http.url }), quarantineMs: 30 });
      const abort = new AbortController();
      const call = pool.use((connection) => connection.request(callOf('sleep', { ms: 60_000 })), {
        signal: abort.signal,
      });
      const ended = call.catch(() => undefined);
      await until(() => http.log.includes('POST tools/call'));
      abort.abort(new Error('no longer wanted'));
      await ended;
      expect(pool.state).toMatchObject({ active: 1, checkins: 0 });
      expect(await pool.use(({ id }) => Promise.resolve(id))).toBe(1);
    } finally {
      await pool.close();
      await http.stop();
    }
  });

  it('serves the next at once where the quarantine is off', async () => {
    open({ quarantineMs: 0 });
    await cancelled();
    given(pool.tryCheckout()).checkin();
  });

  it('serves the others at once where it is shared', async () => {
    open({ sharing: 'multiplex' });
    await cancelled();
    expect(pool.state).toMatchObject({ active: 0, checkins: 1 });
  });
});
