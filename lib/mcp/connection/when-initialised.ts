import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/client';
import { type Observable, delay, filter, ignoreElements, interval, merge, take, tap } from 'rxjs';
import { VERSION } from '../../base/version.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/**
 * How long the server may be silent before it is sent `initialize`, which every old server answers, in milliseconds.
 */
const QUIET_MS = 1000;

/** How long after that answer the one to the question about the era may still come, in milliseconds. */
const GRACE_MS = 250;

const ID = 'era-probe-initialize';
const initialize: JSONRPCMessage = {
  jsonrpc: '2.0',
  id: ID,
  method: 'initialize',
  params: {
    protocolVersion: SUPPORTED_PROTOCOL_VERSIONS[0] ?? '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'rx-mcp-pool', version: VERSION },
  },
};

/**
 * Emits when a server that was asked for its era is an old one that ignores the question. Silence alone proves nothing,
 * because the program may still be being downloaded; so a silent server is sent `initialize` as well, and the answer to
 * that is the proof. To be subscribed to before the connection is started.
 */
export function whenInitialised(connection: ConnectionTransport): Observable<unknown> {
  const ask = (): void => {
    // When more than the question was sent, the SDK has its answer or has given up, and goes on by itself.
    if (connection.linesSent === 1) connection.send(initialize).catch(() => undefined);
  };
  const asked$ = interval(QUIET_MS).pipe(
    filter(() => connection.linesSent !== 0),
    take(1),
    tap(ask),
    ignoreElements(),
  );
  const answered$ = connection.received$.pipe(
    filter((message) => 'result' in message && message.id === ID),
    delay(GRACE_MS),
  );
  return merge(asked$, answered$);
}
