import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';

/** Why a connection could not be opened: the SDK says "connection closed" where the transport knows why, or whose it was. */
export function openFailure({ failure }: ConnectionTransport, server: McpTransport, error: unknown): unknown {
  if (failure) return failure;
  // The arguments of a command may be nobody's business.
  const name = server.kind === 'stdio' ? '' : `${server.target}: `;
  if (!(error instanceof SdkError) || error.code !== SdkErrorCode.ConnectionClosed) return error;
  // A server that is full, or does not like a certificate, gives no reason.
  return new SdkError(error.code, `${name}the server closed the connection before it was initialised`, error.data);
}
