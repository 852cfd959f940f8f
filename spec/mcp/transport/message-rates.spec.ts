import { connect } from 'node:net';
import { once } from 'node:events';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { MessageRates } from '../../../lib/mcp/transport/message-rates.ts';
import { RateMeter } from '../../../lib/mcp/transport/rate-meter.ts';
import { startLineServer } from '../../support/line-server.ts';
import { collect } from '../../support/listen.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { toolServer } from '../../support/tool-server.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

describe('RateMeter', () => {
  beforeEach(stopTime);
  afterEach(resumeTime);

  it('tells the first that is more than so many within a second, and no other', async () => {
    const meter = new RateMeter(3);
    const burst = [1, 2, 3, 4].map(() => meter.isTooMany());
    await elapse(1000);
    expect([burst, meter.isTooMany()]).toEqual([[false, false, false, true], false]);
  });

  it('never tells where it is off', () => {
    for (const off of [0, Infinity]) expect([1, 2, 3].some(() => new RateMeter(off).isTooMany())).toBe(false);
  });
});

describe('MessageRates', () => {
  it('tells once of a server that speaks unasked too often, and does not count its answers', () => {
    const rates = new MessageRates({ maxServerMessagesPerSecond: 2 });
    const notices = collect(rates.noticed$);
    for (let i = 0; i < 10; i++) rates.faultAfter({ jsonrpc: '2.0', id: i, result: {} }, true);
    expect(notices).toEqual([]);
    for (let i = 0; i < 10; i++) rates.faultAfter({ jsonrpc: '2.0', method: 'notifications/progress' }, false);
    expect(notices).toEqual([
      { note: 'more than 2 messages of the server within a second, such as "notifications/progress"', retire: true },
    ]);
  });

  it('counts answers to nothing that was asked', () => {
    const rates = new MessageRates({ maxServerMessagesPerSecond: 2 });
    const notices = collect(rates.noticed$);
    for (let id = 0; id < 3; id++) rates.faultAfter({ jsonrpc: '2.0', id, result: {} }, false);
    expect(notices).toMatchObject([{ note: expect.stringContaining('such as an answer to nothing') as string }]);
  });

  it('finds fault with a client that sends more than it may', () => {
    const rates = new MessageRates({ maxMessagesPerSecond: 2 });
    const faults = [1, 2, 3].map((id) => rates.faultAfter({ jsonrpc: '2.0', id, method: 'ping' }, false)?.message);
    expect(faults).toEqual([undefined, undefined, 'more than 2 messages within a second (maxMessagesPerSecond)']);
  });
});

describe('a flood', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it('of notifications has the connection replaced', async () => {
    const server = await startLineServer((message, say) => {
      answer(message, initialising(), say);
      if (message.method !== 'tools/list') return;
      for (let i = 0; i < 50; i++) say({ method: 'notifications/tools/list_changed' });
    });
    ends.push(() => server.stop());
    const transport = tcp({ port: server.port, maxServerMessagesPerSecond: 20 });
    const pool = createMcpPool({ transport, minSize: 1, maxSize: 1 });
    ends.push(() => pool.close());
    const retired = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'retire')));
    await pool.use((connection) => connection.request({ method: 'tools/list' })).catch(() => undefined);
    expect(await retired).toMatchObject({ connection: 1, reason: 'notice' });
  });

  it('of requests has the server end the connection, and no other', async () => {
    const faults: string[] = [];
    const server = await serveTcp(toolServer(), {
      maxMessagesPerSecond: 20,
      onerror: ({ message }) => faults.push(message),
    });
    ends.push(() => server.close());
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, healthCheckIntervalMs: 0 });
    ends.push(() => pool.close());
    await pool.ready();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    const line = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;
    socket.write(line.repeat(100));
    await once(socket, 'close');
    expect(faults).toContain('more than 20 messages within a second (maxMessagesPerSecond)');
    expect(await pool.client.ping()).toEqual({});
  });
});
