import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/client';
import { type Observable, delay, filter, ignoreElements, interval, merge, take, tap } from 'rxjs';
import { VERSION } from '../../base/version.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** How long the server may be silent before it is asked something that every old one answers, in milliseconds. */
const QUIET_MS = 1000;

/** How long after that answer the one to the earlier question may yet come, in milliseconds. */
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
 * Emits when a server that was asked for its era answers `initialize` instead: an old one, which is silent to what it does
 * not know. Silence alone tells nothing, for the program may still be on its way from a registry. To be subscribed to before
 * the connection is started.
 */
export function whenInitialised(connection: ConnectionTransport): Observable<unknown> {
  const ask = (): void => {
    // Where more than the one question was sent, that has been answered or given up, and the SDK goes on by itself.
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
