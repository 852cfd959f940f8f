import { type Client, ProtocolError } from '@modelcontextprotocol/client';
import type { ConnectionTransport } from '../transport/transport.ts';

/** The error code of a cancelled request in the Language Server Protocol; MCP has none of its own. */
const CANCELLED = -32_800;

/**
 * Cancels the requests that the holder of a connection has left open, at the server and for whoever still waits for
 * them. Otherwise the server could go on asking back, and the next holder would answer. What a stream brings after its
 * answer is dropped.
 */
export function cancelOpenRequests(client: Client, transport: ConnectionTransport): void {
  const isModern = client.getProtocolEra() === 'modern';
  const message = 'the connection was given back before the answer came';
  for (const request of transport.requests.told) {
    if (!request.outlasts) request.abandon(ProtocolError.fromError(CANCELLED, message));
  }
  for (const id of transport.requests.open) {
    if (!isModern || transport.giveUp === undefined) tell(client, id, message);
    // Also where the server was told: what the stream of this request says from now on is not for the next holder.
    transport.giveUp?.(id);
    // An answer in the name of the server: the SDK has no other way to end one of its requests from outside.
    transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: CANCELLED, message } });
  }
  transport.endStreams?.();
}

function tell(client: Client, requestId: string | number, reason: string): void {
  // When this cannot be sent, the connection is about to end anyway.
  client.notification({ method: 'notifications/cancelled', params: { requestId, reason } }).catch(() => undefined);
}
