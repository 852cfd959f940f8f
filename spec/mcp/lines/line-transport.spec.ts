import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { LineTransport } from '../../../lib/mcp/lines/line-transport.ts';
import { socketCarrier } from '../../../lib/mcp/lines/socket-carrier.ts';
import { connectedTransport, disconnectAll, ping, until } from '../../support/connected-transport.ts';
import { socketPair } from '../../support/socket-pair.ts';

afterEach(disconnectAll);

describe('LineTransport', () => {
  it('carries messages both ways, one a line', async () => {
    const { transport, records, far } = await connectedTransport();
    const received = once(far, 'data');
    await transport.send(ping(1));
    expect(String((await received)[0])).toBe('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    far.write('{"jsonrpc":"2.0","id":1,"result":{}}\r\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    await until(() => records.messages.length === 2);
    expect(records.messages).toEqual([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]);
  });

  it('skips, counts and reports lines that are no message', async () => {
    const { transport, records, far } = await connectedTransport();
    const garbage = ['Server listening on stdio', '{"level":"info"}', '[]', 'null', '7', '\0', '{"jsonrpc":"2.0"}'];
    far.write(`${garbage.join('\n')}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`);
    await until(() => records.messages.length === 1);
    expect(transport.garbageLines).toBe(garbage.length);
    expect(records.errors[0]).toBe('skipped a line that is no message: "Server listening on stdio"');
    expect(records.closes).toBe(0);
  });

  it('quotes only the beginning of a long garbage line', async () => {
    const { records, far } = await connectedTransport();
    far.write(`${'x'.repeat(100_000)}\n`);
    await until(() => records.errors.length === 1);
    expect(records.errors[0]?.length).toBeLessThan(200);
  });

  it('survives a handler that throws', async () => {
    const { transport, records, far } = await connectedTransport();
    transport.onmessage = () => {
      throw new Error('not my day');
    };
    far.write(`${JSON.stringify(ping(1))}\n${JSON.stringify(ping(2))}\n`);
    await until(() => records.errors.length === 2);
    expect(records.errors).toEqual(['not my day', 'not my day']);
    expect(records.closes).toBe(0);
  });

  it('ends the connection at a message over the limit, after saying so', async () => {
    const { transport, records, far } = await connectedTransport({ maxMessageBytes: 1000 });
    const ended = once(far, 'close');
    far.resume().write('x'.repeat(5000));
    await records.closed;
    await ended;
    expect(records.errors).toHaveLength(1);
    expect(records.errors[0]).toMatch(/^a message of at least \d+ bytes: the limit is 1000/);
    expect(transport.failure?.message).toBe(records.errors[0]);
    expect(records.closes).toBe(1);
  });

  it('tells of a peer that ends inside a message', async () => {
    const { transport, records, far } = await connectedTransport();
    far.end('{"jsonrpc":');
    await records.closed;
    expect(records.errors).toEqual(['the stream ended inside a message: 11 bytes without a newline']);
    expect(transport.failure?.message).toBe(records.errors[0]);
  });

  it('closes once, without a failure, when the peer ends in good order', async () => {
    const { transport, records, far } = await connectedTransport();
    far.end(`${JSON.stringify(ping(1))}\n`);
    await records.closed;
    await transport.close();
    transport.kill();
    expect(records.messages).toEqual([ping(1)]);
    expect(records).toMatchObject({ errors: [], closes: 1 });
    expect(transport.failure).toBeUndefined();
  });

  it('closes once, with the cause, when the peer resets', async () => {
    const { transport, records, far } = await connectedTransport();
    far.resetAndDestroy();
    await records.closed;
    await transport.close();
    expect(records).toMatchObject({ errors: [expect.stringContaining('ECONNRESET')], closes: 1 });
    expect(transport.failure).toMatchObject({ code: 'ECONNRESET' });
  });

  it('closes once when closed and killed, twice each', async () => {
    const { transport, records } = await connectedTransport();
    await Promise.all([transport.close(), transport.close()]);
    transport.kill();
    transport.kill();
    expect(records).toMatchObject({ errors: [], closes: 1 });
  });

  it('writes what was sent before it closes', async () => {
    const { transport, far } = await connectedTransport();
    const chunks: Buffer[] = [];
    far.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = once(far, 'end');
    void transport.send(ping(7));
    await transport.close();
    await ended;
    expect(String(Buffer.concat(chunks))).toContain('"id":7');
  });

  it('resets the connection when killed', async () => {
    const { transport, records, far } = await connectedTransport();
    const reset = once(far, 'error');
    transport.kill();
    expect(records.closes).toBe(1);
    far.resume();
    expect((await reset)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('delivers nothing after it was closed in the middle of a chunk', async () => {
    const { transport, records, far } = await connectedTransport();
    transport.onmessage = (message) => {
      records.messages.push(message);
      void transport.close();
    };
    far.write(`${JSON.stringify(ping(1))}\n${JSON.stringify(ping(2))}\n{"half":`);
    await records.closed;
    await transport.close();
    expect(records.messages).toEqual([ping(1)]);
    expect(records.errors).toEqual([]);
  });

  it('starts once, and sends neither before the start nor after the close', async () => {
    const { near } = await socketPair();
    const transport = new LineTransport(() => socketCarrier(near));
    await expect(transport.send(ping(1))).rejects.toThrow('cannot send: the transport is new');
    await transport.start();
    await expect(transport.start()).rejects.toThrow('a transport starts once');
    await transport.close();
    await expect(transport.send(ping(1))).rejects.toThrow('cannot send: the connection is closed');
  });

  it('rejects what JSON cannot say, and stays open', async () => {
    const { transport, records } = await connectedTransport();
    const odd = { ...ping(1), method: 'tools/call', params: { big: 1n } };
    await expect(transport.send(odd as never)).rejects.toThrow(TypeError);
    await transport.send(ping(2));
    expect(transport.requests.open).toEqual([]);
    expect(records.closes).toBe(0);
  });
});
