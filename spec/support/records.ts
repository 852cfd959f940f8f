import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import type { ConnectionTransport } from '../../lib/mcp/transport/transport.ts';

/** What a transport told, in order. */
export interface Records {
  readonly messages: JSONRPCMessage[];
  readonly errors: string[];
  closes: number;
  /** Resolves at the first `onclose`. */
  readonly closed: Promise<void>;
}

/** Listens to a transport that nobody else listens to. */
export function recordsOf(transport: ConnectionTransport): Records {
  let tell: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const records: Records = { messages: [], errors: [], closes: 0, closed };
  transport.onmessage = (message) => records.messages.push(message);
  transport.onerror = (error) => records.errors.push(error.message);
  transport.onclose = () => {
    records.closes++;
    tell();
  };
  return records;
}
