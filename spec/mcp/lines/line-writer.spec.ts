import { setImmediate as turn } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { connectedTransport, disconnectAll, ping } from '../../support/connected-transport.ts';

const large = { jsonrpc: '2.0' as const, method: 'large', params: { text: 'x'.repeat(8 * 1024 * 1024) } };

afterEach(disconnectAll);

describe('LineWriter', () => {
  it('writes the lines of one turn in their order, all of them before a close', async () => {
    const { transport, far } = await connectedTransport();
    const ids = Array.from({ length: 30 }, (_, id) => id);
    const sends = ids.map((id) => transport.send(ping(id)));
    void transport.close();
    expect(idsIn(await text(far))).toEqual(ids);
    await Promise.all(sends);
  });
});

function idsIn(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: unknown }).id);
}

describe('LineWriter with a peer who does not read', () => {
  it('resolves a send when there is room again', async () => {
    const { transport, far } = await connectedTransport();
    far.pause();
    let sent = false;
    const sending = transport.send(large).then(() => (sent = true));
    await turn();
    expect(sent).toBe(false);
    far.resume();
    await sending;
  });

  it('rejects the sends that wait when it is closed', async () => {
    const { transport, far } = await connectedTransport();
    far.pause();
    const sends = Array.from({ length: 20 }, () => transport.send(large));
    const outcomes = Promise.allSettled(sends);
    transport.kill();
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('rejects the sends that wait when the peer dies', async () => {
    const { transport, far } = await connectedTransport();
    far.pause();
    const sending = expect(transport.send(large)).rejects.toThrow('cannot send: the connection is closed: ');
    far.resetAndDestroy();
    await sending;
  });

  it('refuses to buffer more than its bound', async () => {
    const { transport, far } = await connectedTransport({ maxBufferedBytes: 1024 * 1024 });
    far.pause();
    const sending = expect(transport.send(large)).rejects.toThrow('closed');
    await expect(transport.send(ping(1))).rejects.toThrow(/^the peer does not read: \d+ bytes wait/);
    transport.kill();
    await sending;
  });

  it('closes within a bounded time', async () => {
    const { transport, far } = await connectedTransport();
    far.pause();
    const sending = expect(transport.send(large)).rejects.toThrow('closed');
    await transport.close();
    await sending;
  });
});
