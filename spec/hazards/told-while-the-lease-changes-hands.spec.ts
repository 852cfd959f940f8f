import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ServerRequests } from '../../lib/mcp/connection/server-requests.ts';

const log = (data: string) => ({
  jsonrpc: '2.0' as const,
  method: 'notifications/message',
  params: { level: 'info', data },
});

it('I19 what came in the turn in which a lease ended is not told to the next holder', async () => {
  const client = new Client({ name: 'spec', version: '1.0.0' });
  const [transport, server] = InMemoryTransport.createLinkedPair();
  server.onmessage = (message) => {
    if (!('method' in message && 'id' in message)) return;
    const serverInfo = { name: 'telling', version: '1.0.0' };
    const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo };
    void server.send({ jsonrpc: '2.0', id: message.id, result });
  };
  const requests = new ServerRequests({ capabilities: {}, handlers: {}, isShared: false, isHeld: () => true });
  requests.attach(client);
  await client.connect(transport);
  const heard: unknown[] = [];
  requests.add({ log: ({ data }) => heard.push(['first', data]) });
  // The SDK tells it a few microtasks later.
  transport.onmessage?.(log('of the first'));
  requests.clear();
  requests.add({ log: ({ data }) => heard.push(['second', data]) });
  await nextTurn();
  expect(heard).toEqual([]);
  transport.onmessage?.(log('of the second'));
  await nextTurn();
  expect(heard).toEqual([['second', 'of the second']]);
  await client.close();
});
