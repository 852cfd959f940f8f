import { describe, expect, it } from 'vitest';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { DeliveryOrder } from '../../../lib/mcp/transport/delivery-order.ts';

const progress = (n: number): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: n },
});
const result = (id: number): JSONRPCMessage => ({ jsonrpc: '2.0', id, result: {} });

/** What is told, and when progress is known to whoever asked for it: a microtask later, as by the SDK. */
function heard(): { readonly order: string[]; readonly messages: DeliveryOrder<unknown> } {
  const order: string[] = [];
  const messages = new DeliveryOrder((message) => {
    if ('id' in message) order.push(`result ${String(message.id)}`);
    else if ('method' in message)
      queueMicrotask(() => order.push(`progress ${JSON.stringify(message.params?.['progress'])}`));
    return true;
  });
  return { order, messages };
}

describe('DeliveryOrder', () => {
  it('tells the result after all progress before it, though both come in one turn', async () => {
    const { order, messages } = heard();
    for (const message of [progress(1), progress(2), result(1), result(2), progress(3), result(3)]) {
      messages.push(message);
    }
    await new Promise(setImmediate);
    expect(order).toEqual(['progress 1', 'progress 2', 'result 1', 'result 2', 'progress 3', 'result 3']);
  });

  it('tells at once what has no progress before it', () => {
    const { order, messages } = heard();
    messages.push(result(1));
    expect(order).toEqual(['result 1']);
  });

  it('tells at the end what still waits, and forgets what it is told to forget', async () => {
    const flushed = heard();
    flushed.messages.push(progress(1));
    flushed.messages.push(result(1));
    flushed.messages.flush();
    expect(flushed.order).toEqual(['result 1']);
    const cleared = heard();
    cleared.messages.push(progress(1));
    cleared.messages.push(result(1));
    cleared.messages.clear();
    await new Promise(setImmediate);
    expect(cleared.order).toEqual(['progress 1']);
  });
});
