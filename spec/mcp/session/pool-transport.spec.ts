import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PoolTransport, poolTransport } from '../../../lib/mcp/index.ts';
import { FrontedServer, call } from '../../support/fronted-server.ts';
import { until } from '../../support/until.ts';

/** A transport as `@ai-sdk/mcp` has it: with no member that may be `undefined`, and a signal for each message. */
interface ExactTransport {
  start(): Promise<void>;
  send(message: JSONRPCMessage, options?: { signal?: AbortSignal; headers?: Record<string, string> }): Promise<void>;
  close(options?: { signal?: AbortSignal }): Promise<void>;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
}

const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call } as const;
let server: FrontedServer;
let transport: ExactTransport;
const heard: JSONRPCMessage[] = [];

beforeEach(async () => {
  heard.length = 0;
  server = await FrontedServer.open();
  const own: PoolTransport = poolTransport(server.pool);
  transport = own;
  transport.onmessage = (message) => heard.push(message);
  await transport.start();
});
afterEach(() => server.stop());

describe('the signal of a message', () => {
  it('cancels the request at the server, which is answered no more', async () => {
    server.leavesOpen();
    const abort = new AbortController();
    await transport.send(request, { signal: abort.signal });
    await until(() => server.calls.length === 1);
    abort.abort();
    await until(() => server.sent('notifications/cancelled').length === 1);
    server.answers({});
    await transport.send({ ...request, id: 2 });
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([{ id: 2 }]);
  });

  it('is followed until the answer and not beyond', async () => {
    server.answers({});
    const { signal } = new AbortController();
    await transport.send(request, { signal });
    await until(() => heard.length === 1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is followed until the end of the session and not beyond', async () => {
    server.leavesOpen();
    const { signal } = new AbortController();
    await transport.send(request, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await transport.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('that is aborted already has nothing sent', async () => {
    await expect(transport.send(request, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(server.calls).toEqual([]);
  });
});
