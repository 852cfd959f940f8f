import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { TappedTransport } from '../../../lib/mcp/transport/tapped-transport.ts';

const message: JSONRPCMessage = { jsonrpc: '2.0', method: 'notifications/x' };

class Transport extends TappedTransport {
  message(): void {
    this.tellMessage(message, {});
  }

  error(): void {
    this.tellError(new Error('odd'));
  }

  end(): void {
    this.tellEnd();
  }
}

/** A transport, and who was told of it in which order. */
function listenedTo(): { transport: Transport; told: string[] } {
  const transport = new Transport();
  const told: string[] = [];
  const note = (what: string) => () => void told.push(what);
  transport.onmessage = note('onmessage');
  transport.onerror = note('onerror');
  transport.onclose = note('onclose');
  for (const name of ['received$', 'errors$', 'ended$'] as const) {
    const stream$: Observable<unknown> = transport[name];
    stream$.subscribe({ next: note(name), error: note('error'), complete: note(`${name} completes`) });
  }
  return { transport, told };
}

describe('the streams beside the callbacks of the SDK', () => {
  it('tell of messages and errors before the SDK is told, and of the end after it', () => {
    const { transport, told } = listenedTo();
    transport.message();
    transport.error();
    transport.end();
    const end = ['onclose', 'ended$ completes', 'received$ completes', 'errors$ completes'];
    expect(told).toEqual(['received$', 'onmessage', 'errors$', 'onerror', ...end]);
  });

  it('complete though the SDK throws at the end', () => {
    const { transport, told } = listenedTo();
    transport.onclose = () => {
      throw new Error('by a user');
    };
    expect(transport.end.bind(transport)).toThrow('by a user');
    expect(told[0]).toBe('ended$ completes');
  });

  it('complete at once for whoever comes after the end', () => {
    const { transport } = listenedTo();
    transport.end();
    const told: string[] = [];
    transport.ended$.subscribe({ complete: () => void told.push('ended') });
    expect(told).toEqual(['ended']);
  });

  it('leave the SDK alone: it is told where nobody listens, and with all that it is given', () => {
    const transport = new Transport();
    const told: unknown[] = [];
    transport.onmessage = (...given) => void told.push(given);
    transport.message();
    transport.error();
    transport.end();
    expect(told).toEqual([[message, {}]]);
  });
});
