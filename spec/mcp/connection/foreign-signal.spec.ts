import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { ForeignSignal } from '../../support/foreign-signal.ts';
import { type LineServer, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

const call = { name: 'slow', arguments: {} };
let told: string[] = [];
let server: LineServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startLineServer((message, say) => {
    told.push(message.method);
    if (message.method !== 'tools/call') answer(message, initialising(), say);
  });
});
afterAll(() => server.stop());
afterEach(() => pool.close());

function open(): ForeignSignal {
  told = [];
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  return new ForeignSignal();
}

describe('a signal of another library', () => {
  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['a call of the pool', (signal) => pool.client.callTool(call, { signal })],
    ['a use', (signal) => pool.use(({ client }) => client.callTool(call), { signal })],
    ['a request', (signal) => pool.use((one) => one.request({ method: 'tools/call', params: call }, { signal }))],
    ['a call of its client', (signal) => pool.use(({ client }) => client.callTool(call, { signal }))],
  ])('ends %s', async (_, begin) => {
    const signal = open();
    const outcome = begin(signal.asSignal).catch(String);
    await until(() => told.includes('tools/call'));
    signal.abort('enough');
    expect(await outcome).toContain('enough');
    await until(() => told.includes('notifications/cancelled'));
    expect(await pool.client.ping()).toEqual({});
  });

  it('that is aborted already keeps a call from being sent', async () => {
    const signal = open();
    signal.abort('never');
    await expect(pool.client.callTool(call, { signal: signal.asSignal })).rejects.toBe('never');
    const request$ = pool.use((one) => firstValueFrom(one.request({ method: 'ping' }, { signal: signal.asSignal })));
    await expect(request$).rejects.toBe('never');
    expect(told).not.toContain('tools/call');
  });
});
