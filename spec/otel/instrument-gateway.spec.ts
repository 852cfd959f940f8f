import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayOptions, serveGateway } from '../../lib/gateway/index.ts';
import { instrumentGateway, instrumentPool } from '../../lib/otel/index.ts';
import { FrontedGateway } from '../support/fronted-gateway.ts';
import { listingServer, reaching } from '../support/hub.ts';
import { McpHttpClient } from '../support/mcp-http-client.ts';
import { enveloped, modernHeaders } from '../support/modern-request.ts';
import { type Telemetry, startTelemetry, sumOf } from '../support/telemetry.ts';
import { until } from '../support/until.ts';

let telemetry: Telemetry;
beforeEach(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.stop());

const TRACE = 'a'.repeat(32);
const caller = { traceparent: `00-${TRACE}-${'b'.repeat(16)}-01` };
const call = { name: 'x', arguments: { secret: 'canary' } };

async function open(era: 'legacy' | 'modern', gateway: Partial<GatewayOptions> = {}): Promise<FrontedGateway> {
  const server = await FrontedGateway.open(era, { gateway });
  onTestFinished(() => server.stop());
  if (era === 'legacy') await server.client.introduce();
  instrumentGateway(server.gateway, telemetry);
  server.answers({ resultType: 'complete', content: [] });
  return server;
}

function spansOf(kind: SpanKind, name?: string): ReadableSpan[] {
  return telemetry.spans().filter((span) => span.kind === kind && (name === undefined || span.name === name));
}

const traceparentOf = (span: ReadableSpan | undefined): string =>
  `00-${String(span?.spanContext().traceId)}-${String(span?.spanContext().spanId)}-01`;

describe.each(['legacy', 'modern'] as const)('a request of a client of the %s era', (era) => {
  const ask = (server: FrontedGateway, meta: object = {}, headers: object = {}, params: object = call) => {
    const { client } = server;
    const { name } = params as { name: string };
    return era === 'legacy'
      ? client.post(client.request('tools/call', { ...params, _meta: meta }), { headers: { ...headers } })
      : client.post(client.request('tools/call', enveloped({ ...params }, {}, { ...meta })), {
          headers: { ...modernHeaders('tools/call', name), ...headers },
        });
  };

  it('has a span of the trace of the client, and within it those of the pool', async () => {
    const server = await open(era);
    await ask(server, caller);
    const [span] = spansOf(SpanKind.SERVER);
    expect(span).toMatchObject({
      name: 'tools/call x',
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { traceId: TRACE, spanId: 'b'.repeat(16), isRemote: true },
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'x',
        'gen_ai.operation.name': 'execute_tool',
        'mcp.server.operation.outcome': 'ok',
        'mcp.protocol.version': era === 'legacy' ? '2025-06-18' : '2026-07-28',
        'jsonrpc.request.id': expect.stringMatching(/^\d+$/) as unknown,
        'network.transport': 'tcp',
      },
    });
    const [ofPool] = spansOf(SpanKind.CLIENT, 'tools/call x');
    expect(ofPool?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(ofPool?.spanContext().traceId).toBe(TRACE);
    // The server hears of the span that has asked it, and not of the client's.
    expect(server.calls[0]?.params?.['_meta']).toMatchObject({ traceparent: traceparentOf(ofPool) });
    expect(JSON.stringify(telemetry.spans().map(({ attributes, name }) => [attributes, name]))).not.toContain('canary');
  });

  it('is part of the trace in its headers where its _meta names none, and begins one otherwise', async () => {
    const server = await open(era);
    await ask(server, {}, caller);
    await ask(server, { traceparent: 'nonsense' });
    const [first, second] = spansOf(SpanKind.SERVER);
    expect(first?.parentSpanContext).toMatchObject({ traceId: TRACE });
    expect(second?.parentSpanContext).toBeUndefined();
  });

  it('is marked where it fails or is refused, and named after nothing that a client has made up', async () => {
    const server = await open(era, { tools: { deny: ['denied'] } });
    server.handles('tools/call', ({ id }, say) => say({ id, error: { code: -32_050, message: 'canary' } }));
    await ask(server);
    await ask(server, {}, {}, { name: 'denied' });
    const error = { code: SpanStatusCode.ERROR };
    expect(spansOf(SpanKind.SERVER)).toMatchObject([
      {
        name: 'tools/call x',
        status: error,
        attributes: { 'error.type': '-32050', 'rpc.response.status_code': '-32050' },
      },
      {
        name: 'tools/call',
        status: error,
        attributes: { 'mcp.server.operation.outcome': 'refused', 'error.type': '-32602' },
      },
    ]);
    expect(spansOf(SpanKind.CLIENT, 'tools/call x')).toHaveLength(1);
  });

  it('is measured', async () => {
    const server = await open(era);
    await ask(server);
    server.answers({ resultType: 'complete', content: [], isError: true });
    await ask(server);
    const { unit, points } = (await telemetry.collect()).get('mcp.server.operation.duration') ?? {};
    expect(unit).toBe('s');
    const ofTool = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'x' };
    expect(sumOf(points, { ...ofTool, 'mcp.server.operation.outcome': 'ok' })).toBe(1);
    expect(sumOf(points, { ...ofTool, 'error.type': 'tool_error' })).toBe(1);
  });
});

describe('a gateway', () => {
  it('of several servers has the spans of each within those of its clients', async () => {
    const [a, b] = [await listingServer({ tools: ['one'] }), await listingServer({ tools: ['two'] })];
    const gateway = await serveGateway({ servers: { a: reaching(a), b: reaching(b) }, port: 0 });
    const client = new McpHttpClient(gateway.url);
    onTestFinished(async () => {
      await client.close();
      await gateway.close();
    });
    instrumentGateway(gateway, telemetry);
    await client.introduce();
    await client.ask('tools/call', { name: 'b__two', _meta: caller });
    const [served] = spansOf(SpanKind.SERVER, 'tools/call b__two');
    const [asked] = spansOf(SpanKind.CLIENT, 'tools/call two');
    expect(asked?.parentSpanContext?.spanId).toBe(served?.spanContext().spanId);
    expect(asked?.attributes['mcp.client.connection.pool.name']).toBe('b');
    expect(served?.spanContext().traceId).toBe(TRACE);
  });

  it('tells of what was cancelled, and not of those who only listen', async () => {
    const server = await open('modern');
    const { client } = server;
    server.handles('tools/call', ({ params }, say) => {
      const { progressToken } = params?.['_meta'] as { progressToken: unknown };
      say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    });
    const headers = modernHeaders('subscriptions/listen');
    const listening = await client.begin('subscriptions/listen', enveloped({ notifications: {} }), { headers });
    const params = enveloped(call, {}, { progressToken: 1 });
    const exchange = await client.begin('tools/call', params, { headers: modernHeaders('tools/call', 'x') });
    exchange.close();
    listening.close();
    await until(() => spansOf(SpanKind.SERVER).length === 1);
    expect(spansOf(SpanKind.SERVER)).toMatchObject([
      { status: { code: SpanStatusCode.UNSET }, attributes: { 'mcp.server.operation.outcome': 'cancelled' } },
    ]);
    await server.gateway.close();
    expect(spansOf(SpanKind.SERVER)).toHaveLength(1);
  });

  it('is not looked at any more once that is unsubscribed from, and its pool may be instrumented by itself', async () => {
    const server = await FrontedGateway.open();
    onTestFinished(() => server.stop());
    instrumentPool(server.pool, telemetry);
    const instrumented = instrumentGateway(server.gateway, telemetry);
    await server.client.introduce();
    const before = spansOf(SpanKind.SERVER).length;
    expect(before).toBe(1);
    instrumented.unsubscribe();
    await server.client.ask('ping');
    expect(spansOf(SpanKind.SERVER)).toHaveLength(before);
  });

  it('leaves the context of the client to the server where there are no spans', async () => {
    const server = await FrontedGateway.open();
    onTestFinished(() => server.stop());
    instrumentGateway(server.gateway, { ...telemetry, tracerProvider: false });
    await server.client.introduce();
    server.answers({ content: [] });
    await server.client.ask('tools/call', { ...call, _meta: caller });
    expect(server.calls[0]?.params?.['_meta']).toMatchObject(caller);
    expect((await telemetry.collect()).has('mcp.server.operation.duration')).toBe(true);
  });

  it('is what serveGateway makes', () => {
    expect(() => instrumentGateway({} as never)).toThrow(TypeError);
  });
});
