import { type Context, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { firstValueFrom, lastValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { instrumentPool } from '../../lib/otel/index.ts';
import { metaServer } from '../support/meta-server.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { type Telemetry, startTelemetry } from '../support/telemetry.ts';
import { callOf, textOf } from '../support/tool-call.ts';

let telemetry: Telemetry;
let pool: McpPool;
let noted: unknown[];
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  telemetry = startTelemetry();
  noted = [];
  const server = await serveTcp(metaServer(noted));
  pool = createMcpPool({ name: 'spec', transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  ends.push(
    () => telemetry.stop(),
    () => server.close(),
    () => pool.close(),
  );
  await pool.ready();
  instrumentPool(pool, telemetry);
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const metaOf = (answer: unknown): unknown => JSON.parse(textOf(answer));
const traceparentOf = (span: ReadableSpan | undefined): string => {
  const { traceId, spanId } = span?.spanContext() ?? {};
  return `00-${String(traceId)}-${String(spanId)}-01`;
};
const named = (name: string): ReadableSpan[] => telemetry.spans().filter((span) => span.name === name);

/** Runs in a span of its own, as a caller that is traced. */
function asCaller<T>(name: string, work: () => T, base: Context = context.active()): T {
  const span = telemetry.tracerProvider.getTracer('caller').startSpan(name, {}, base);
  try {
    return context.with(trace.setSpan(base, span), work);
  } finally {
    span.end();
  }
}

describe('a request', () => {
  it('has a span, and within it one for its checkout', async () => {
    await pool.client.callTool({ name: 'echo', arguments: { secret: 'canary' } });
    const [checkout, call] = telemetry.spans();
    expect(call).toMatchObject({
      name: 'tools/call echo',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'echo',
        'gen_ai.operation.name': 'execute_tool',
        'mcp.client.connection.pool.name': 'spec',
        'mcp.client.operation.status': 'answered',
        'mcp.client.operation.attempts': 1,
      },
      instrumentationScope: { name: 'rx-mcp-pool' },
    });
    expect(checkout).toMatchObject({ name: 'checkout', attributes: { 'mcp.client.connection.id': 1 } });
    expect(checkout?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    expect(JSON.stringify([checkout?.attributes, call?.attributes])).not.toContain('canary');
  });

  it('takes the trace context of its span to the server', async () => {
    const answer = await pool.client.callTool({ name: 'echo' });
    const [call] = named('tools/call echo');
    expect(metaOf(answer)).toEqual({ traceparent: traceparentOf(call) });
    const piped = await lastValueFrom(of(callOf('piped')).pipe(withConnection(pool)));
    expect(metaOf(piped)).toEqual({ traceparent: traceparentOf(named('tools/call piped')[0]) });
    await pool.client.ping();
    await pool.client.listTools();
    expect(noted).toEqual([
      { traceparent: traceparentOf(named('ping')[0]) },
      expect.objectContaining({ traceparent: traceparentOf(named('tools/list')[0]) }),
    ]);
  });

  it('is part of the trace of whoever asks, with state and baggage', async () => {
    const base = propagation.setBaggage(context.active(), propagation.createBaggage({ user: { value: 'alice' } }));
    const answer = await asCaller('outer', () => pool.client.callTool({ name: 'echo' }), base);
    const [outer, call] = [...named('outer'), ...named('tools/call echo')];
    expect(call?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(call?.spanContext().traceId).toBe(outer?.spanContext().traceId);
    expect(metaOf(answer)).toEqual({ traceparent: traceparentOf(call), baggage: 'user=alice' });
  });

  it('keeps what the caller has put into its _meta', async () => {
    const _meta = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', mine: 1 };
    expect(metaOf(await pool.client.callTool({ name: 'echo', _meta }))).toEqual(_meta);
    const added = await pool.client.callTool({ name: 'echo', _meta: { mine: 1 } });
    expect(metaOf(added)).toEqual({ mine: 1, traceparent: traceparentOf(named('tools/call echo')[1]) });
  });

  it('that fails has a code and nothing of what the error says', async () => {
    await pool.client.callTool({ name: 'fail' }).catch(() => undefined);
    await pool.client.callTool({ name: 'refuse' });
    const [failed, refused] = [...named('tools/call fail'), ...named('tools/call refuse')];
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(failed?.attributes).toMatchObject({ 'error.type': '-32603', 'rpc.response.status_code': '-32603' });
    expect(refused?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(refused?.attributes).toMatchObject({ 'error.type': 'tool_error' });
    expect(refused?.attributes).not.toHaveProperty('rpc.response.status_code');
  });

  it('that never had a connection has a checkout that failed', async () => {
    const lease = await firstValueFrom(pool.checkout());
    const waiting = of(callOf('echo')).pipe(withConnection(pool, undefined, { checkout: () => ({ timeoutMs: 5 }) }));
    await expect(lastValueFrom(waiting)).rejects.toThrow();
    lease.checkin();
    for (const span of telemetry.spans()) {
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe('POOL_CHECKOUT_TIMEOUT');
    }
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['checkout', 'tools/call echo']);
  });

  it('that nobody wants any more is marked as cancelled, and is no error', async () => {
    const lease = await firstValueFrom(pool.checkout());
    of(callOf('echo')).pipe(withConnection(pool)).subscribe().unsubscribe();
    lease.checkin();
    const [call] = named('tools/call echo');
    expect(call?.attributes['mcp.client.operation.status']).toBe('cancelled');
    expect([call?.ended, call?.status.code]).toEqual([true, SpanStatusCode.UNSET]);
    expect(named('checkout')[0]?.ended).toBe(true);
  });
});

describe('a retried request', () => {
  let server: StartedServer;

  beforeEach(async () => {
    server = await startTcpServer();
    ends.push(() => server.stop());
  });

  it('has an event and a checkout for each attempt, in one span', async () => {
    const lossy = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
    ends.push(() => lossy.close());
    await lossy.ready();
    instrumentPool(lossy, telemetry);
    let killed = false;
    const active: unknown[] = [];
    const asking = of({ method: 'tools/list' }).pipe(
      withConnection(
        lossy,
        (connection, request) => {
          const sent$ = connection.request(request);
          active.push(trace.getActiveSpan()?.spanContext().spanId);
          if (!killed) void connection.close();
          killed = true;
          return sent$;
        },
        { retry: lossy.retryPolicy ?? false },
      ),
    );
    await lastValueFrom(asking);
    const [list] = named('tools/list');
    expect(list?.events).toMatchObject([{ name: 'retry', attributes: { 'error.type': 'POOL_CONNECTION_LOST' } }]);
    expect(list?.attributes['mcp.client.operation.attempts']).toBe(2);
    expect(active).toEqual([list?.spanContext().spanId, list?.spanContext().spanId]);
    expect(list?.status.code).toBe(SpanStatusCode.UNSET);
    expect(named('checkout').map(({ attributes }) => attributes['mcp.client.connection.id'])).toEqual([1, 2]);
  });
});

describe('without a tracer', () => {
  it('nothing is added to what is sent', async () => {
    const server = await serveTcp(metaServer());
    const bare = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
    ends.push(
      () => server.close(),
      () => bare.close(),
    );
    instrumentPool(bare, { ...telemetry, tracerProvider: false });
    expect(metaOf(await bare.client.callTool({ name: 'echo' }))).toBeNull();
    expect(telemetry.spans()).toEqual([]);
  });
});
