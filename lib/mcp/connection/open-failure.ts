import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';

/**
 * The error of a connection that could not be opened. The SDK only says "connection closed"; the transport may know
 * why, and which server it was.
 */
export function openFailure({ failure }: ConnectionTransport, server: McpTransport, error: unknown): unknown {
  if (failure) return failure;
  // The arguments of a command may be nobody's business.
  const name = server.kind === 'stdio' ? '' : `${server.target}: `;
  if (!(error instanceof SdkError) || error.code !== SdkErrorCode.ConnectionClosed) return error;
  // A server that is full, or does not like a certificate, gives no reason.
  return new SdkError(error.code, `${name}the server closed the connection before it was initialised`, error.data);
}
