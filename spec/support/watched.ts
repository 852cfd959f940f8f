import type { ConnectionTransport, McpTransport } from '../../lib/mcp/index.ts';

/** A transport that keeps count of what it made. */
export interface Watched extends McpTransport {
  readonly made: readonly ConnectionTransport[];
  /** Of the processes that were started, the dead ones included. */
  readonly pids: readonly number[];
}

/** The same transport, watched. */
export function watched(transport: McpTransport): Watched {
  const made: ConnectionTransport[] = [];
  return {
    ...transport,
    made,
    create: () => {
      const one = transport.create();
      made.push(one);
      return one;
    },
    get pids() {
      return made.map(pidOf).filter((pid) => pid !== undefined);
    },
  };
}

/** The number of the process that a stdio transport has started. */
export function pidOf(transport: unknown): number | undefined {
  const pid: unknown = Reflect.get(Object(transport) as object, 'pid');
  return typeof pid === 'number' ? pid : undefined;
}
