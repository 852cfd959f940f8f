import {
  type Client,
  type JSONRPCMessage,
  ProtocolError,
  ProtocolErrorCode,
  SdkHttpError,
} from '@modelcontextprotocol/client';
import { type Observable, filter, merge, tap } from 'rxjs';
import { report } from '../../base/report.ts';
import type { McpConnection } from './connection.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** Answers of HTTP that have to do with who asks, or how often, and not with what. */
const OTHERWISE: readonly number[] = [401, 403, 408, 429];

/** What an old server says to a request that no `initialize` came before. */
const TELLING: readonly number[] = [
  ProtocolErrorCode.UnsupportedProtocolVersion,
  ProtocolErrorCode.InvalidRequest,
  -32_000,
];

/** What a server says to a method that it does not know; some old ones find the parameters wrong. */
const UNKNOWING: readonly number[] = [
  ...TELLING,
  ProtocolErrorCode.MethodNotFound,
  ProtocolErrorCode.InvalidParams,
  ProtocolErrorCode.ParseError,
];

/** Asks a connection for a sign of life; ends it, and says so, where its server turns out to be no modern one any more. */
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

/** Calls back at each answer to a request of the modern era that may come from a server that is none any more. */
export function watchEra(client: Client, { received$, errors$ }: ConnectionTransport, onDoubt: () => void): void {
  const next = (): void => {
    if (client.getProtocolEra() === 'modern') onDoubt();
  };
  merge(received$.pipe(filter(isOldAnswer)), errors$.pipe(filter(isClientError))).subscribe({ next, error: report });
}

/** The server has answered `server/discover`, but as one that does not know it. */
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
