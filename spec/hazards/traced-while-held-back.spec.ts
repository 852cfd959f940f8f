import { type Context, context, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Subject, lastValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, createMcpPool, createMcpPoolFamily, tcp, withConnectionFor } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { instrumentPool } from '../../lib/otel/index.ts';
import { collect } from '../support/listen.ts';
import { metaServer } from '../support/meta-server.ts';
import { type Telemetry, startTelemetry } from '../support/telemetry.ts';
import { callOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

let telemetry: Telemetry;
let pool: McpPool;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  telemetry = startTelemetry();
  const server = await serveTcp(metaServer());
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

describe('requests that are held back', () => {
  it('belong to whoever asked for them, not to whose end lets them begin', async () => {
    const calls$ = new Subject<ReturnType<typeof callOf>>();
    const answered = collect(calls$.pipe(withConnection(pool)));
    for (const name of ['a', 'b', 'c']) asCaller(`caller ${name}`, () => calls$.next(callOf(name)));
    await until(() => answered.length === 3);
    for (const name of ['a', 'b', 'c']) {
      const [caller, call] = [...named(`caller ${name}`), ...named(`tools/call ${name}`)];
      expect([name, call?.parentSpanContext?.spanId]).toEqual([name, caller?.spanContext().spanId]);
    }
  });

  it('do so in a family as well', async () => {
    const server = await serveTcp(metaServer());
    const transport = tcp({ port: server.port });
    const pools = createMcpPoolFamily({ key: (who: string) => who, options: () => ({ transport }) });
    ends.push(
      () => server.close(),
      () => pools.close(),
    );
    instrumentPool(pools, telemetry);
    const calls$ = new Subject<ReturnType<typeof callOf>>();
    const answered = collect(calls$.pipe(withConnectionFor(pools, () => 'one', undefined, { concurrency: 1 })));
    for (const name of ['a', 'b', 'c']) asCaller(`caller ${name}`, () => calls$.next(callOf(name)));
    await until(() => answered.length === 3);
    for (const name of ['a', 'b', 'c']) {
      const [caller, call] = [...named(`caller ${name}`), ...named(`tools/call ${name}`)];
      expect([name, call?.parentSpanContext?.spanId]).toEqual([name, caller?.spanContext().spanId]);
    }
  });

  it('are the active spans while they are worked on', async () => {
    const worked: unknown[] = [];
    const work = async (): Promise<void> => {
      await Promise.resolve();
      worked.push(trace.getActiveSpan()?.spanContext().spanId);
    };
    const asking = ['a', 'b', 'c'].map((name) =>
      asCaller(name, () => lastValueFrom(of(callOf(name)).pipe(withConnection(pool, work)))),
    );
    await Promise.all(asking);
    expect(worked).toEqual(['a', 'b', 'c'].map((name) => named(`tools/call ${name}`)[0]?.spanContext().spanId));
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
