import { existsSync } from 'node:fs';
import type { ConnectionTransport } from '../../mcp/transport/transport.ts';
import { type Footprint, footprintOf } from './process-tree.ts';
import type { Probe } from './probe.ts';
import { CALL_MS } from './subject.ts';

/** What a connection takes of the machine. */
export interface WorkingFootprint extends Footprint {
  /** Whether a tool was called before: some servers start what they need, such as a browser, only then. */
  readonly hasWorked: boolean;
}

/** How many processes a connection is and how much memory they take, once a first call was made. */
export const footprintProbe: Probe<WorkingFootprint> = {
  title: 'looking at its processes',
  withinMs: 75_000,
  skip: ({ kind }) => {
    if (kind !== 'stdio') return 'only a server that is started has processes of its own';
    return existsSync('/proc/self/stat') ? undefined : 'this system does not tell of its processes';
  },
  run: async (connections, { probe, cheap }) => {
    const { connection, call } = await connections.open();
    await call(probe ?? cheap, CALL_MS);
    const pid = pidOf(connection.transport);
    if (pid === undefined) throw new Error('its process has gone');
    return { ...(await footprintOf(pid)), hasWorked: probe !== undefined };
  },
};

/** The process behind a connection. */
function pidOf(transport: ConnectionTransport): number | undefined {
  const pid: unknown = Reflect.get(transport, 'pid');
  return typeof pid === 'number' ? pid : undefined;
}
