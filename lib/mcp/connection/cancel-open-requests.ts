import type { Client } from '@modelcontextprotocol/client';
import type { ConnectionTransport } from '../transport/transport.ts';

/** That of a cancelled request in the Language Server Protocol; MCP has none of its own. */
const CANCELLED = -32_800;

/**
 * Cancels what the holder of a connection has left open, at the server and for whoever still waits for it: else the server
 * would go on asking, and whoever holds the connection next would answer. What follows an answer is nobody's.
 */
export function cancelOpenRequests(client: Client, transport: ConnectionTransport): void {
  const isModern = client.getProtocolEra() === 'modern';
  const message = 'the connection was given back before the answer came';
  for (const id of transport.requests.open) {
    if (!isModern || transport.giveUp === undefined) tell(client, id, message);
    // In either era nobody may hear what its stream says from now on.
    transport.giveUp?.(id);
    // The SDK knows of no other way to be told.
    transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: CANCELLED, message } });
  }
  transport.endStreams?.();
}

function tell(client: Client, requestId: string | number, reason: string): void {
  // Where it cannot be sent the connection is on its way out.
  client.notification({ method: 'notifications/cancelled', params: { requestId, reason } }).catch(() => undefined);
}
