import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/client';
import { Subscription } from 'rxjs';
import type { ConnectionTransport } from '../transport/transport.ts';
import { VERSION } from '../../base/version.ts';

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
 * Calls back when a server that was asked for its era answers `initialize` instead: an old one, which is silent to what it
 * does not know. Silence alone tells nothing, for the program may still be on its way from a registry. To be called before
 * the connection is started; unsubscribing gives it up.
 */
export function whenInitialised(connection: ConnectionTransport, found: () => void): Subscription {
  const start = connection.start.bind(connection);
  let timer: ReturnType<typeof setTimeout> | undefined;
  connection.start = async () => {
    await start();
    const { onmessage } = connection;
    const listen: typeof onmessage = (message, extra) => {
      if ('result' in message && message.id === ID) timer = setTimeout(found, GRACE_MS);
      onmessage?.(message, extra);
    };
    connection.onmessage = listen;
    timer = setTimeout(() => {
      // Once the question is answered somebody else listens.
      if (connection.onmessage === listen) connection.send(initialize).catch(() => undefined);
    }, QUIET_MS);
  };
  return new Subscription(() => {
    clearTimeout(timer);
  });
}
