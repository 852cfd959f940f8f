import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { LineLimits } from '../../lib/mcp/transport/limits.ts';
import { LineTransport } from '../../lib/mcp/lines/line-transport.ts';
import { socketCarrier } from '../../lib/mcp/lines/socket-carrier.ts';
import { recordsOf } from './records.ts';
import type { Records } from './records.ts';
import { socketPair } from './socket-pair.ts';

/** A started transport, what it told, and the bare socket at the other end. */
export interface ConnectedTransport {
  readonly transport: LineTransport;
  readonly records: Records;
  readonly far: Socket;
}

const open: Socket[] = [];

/** A transport over a real connection to a socket that does as the test likes. */
export async function connectedTransport(limits?: LineLimits): Promise<ConnectedTransport> {
  const { near, far } = await socketPair();
  open.push(near, far);
  far.on('error', () => undefined);
  const transport = new LineTransport(() => socketCarrier(near), limits);
  const records = recordsOf(transport);
  await transport.start();
  return { transport, records, far };
}

/** Ends what the test left open. */
export function disconnectAll(): void {
  for (const socket of open.splice(0)) socket.destroy();
}

/** A request of its own id. */
export function ping(id: number): JSONRPCRequest {
  return { jsonrpc: '2.0', id, method: 'ping' };
}

/** Lets the event loop turn until it is so; the test's own timeout ends what never is. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
