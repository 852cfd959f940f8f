import {
  type Client,
  type JSONRPCMessage,
  ProtocolError,
  ProtocolErrorCode,
  SdkHttpError,
} from '@modelcontextprotocol/client';
import { type Observable, filter, merge, tap } from 'rxjs';
import { report } from '../../base/report.ts';
import { TELLING } from '../exchange/answer.ts';
import type { McpConnection } from './connection.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** HTTP statuses that are about who asks, or how often, and not about what is asked. */
const OTHERWISE: readonly number[] = [401, 403, 408, 429];

/** Error codes of a server that does not know a method; some old servers say that its parameters are wrong. */
const UNKNOWING: readonly unknown[] = [
  ...TELLING,
  ProtocolErrorCode.MethodNotFound,
  ProtocolErrorCode.InvalidParams,
  ProtocolErrorCode.ParseError,
];

/**
 * Asks a connection for a sign of life, and ends the connection when the server turns out to be no modern one any more.
 */
export function checked(
  connection: McpConnection,
  onWrongEra: (connection: McpConnection) => void,
): Observable<unknown> {
  const judge = (answer: unknown): void => {
    if (connection.client.getProtocolEra() !== 'modern' || !isUnknownDiscover(answer)) return;
    onWrongEra(connection);
    connection.kill(new Error('the server no longer speaks the protocol of this connection', { cause: answer }));
  };
  // An error that is an answer is emitted, for it is a sign of life.
  return connection.check().pipe(tap({ next: judge, error: judge }));
}

/**
 * Calls back at each answer on a modern connection that an old server may have given: the server may have been
 * replaced.
 */
export function watchEra(client: Client, { received$, errors$ }: ConnectionTransport, onDoubt: () => void): void {
  const next = (): void => {
    if (client.getProtocolEra() === 'modern') onDoubt();
  };
  merge(received$.pipe(filter(isOldAnswer)), errors$.pipe(filter(isClientError))).subscribe({ next, error: report });
}

/** Whether an answer to `server/discover` is that of a server which does not know this method. */
function isUnknownDiscover(answer: unknown): boolean {
  return (answer instanceof ProtocolError && UNKNOWING.includes(answer.code)) || isClientError(answer);
}

function isOldAnswer(message: JSONRPCMessage): boolean {
  if ('result' in message) return message.result['resultType'] === undefined;
  return 'error' in message && TELLING.includes(message.error.code);
}

function isClientError(error: unknown): boolean {
  if (!(error instanceof SdkHttpError)) return false;
  const { status } = error.data;
  return status >= 400 && status < 500 && !OTHERWISE.includes(status);
}
