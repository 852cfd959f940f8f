import type { McpRequest, McpTransport } from '../../lib/mcp/index.ts';
import { tcp } from '../../lib/mcp/index.ts';
import type { Strategy } from '../../lib/index.ts';
import { type Cores, coresApart } from './cores.ts';
import { mcpPool } from './mcp-target.ts';
import { memoryPool } from './memory-target.ts';
import { startWorkServer } from './start-work-server.ts';
import type { Target } from './target.ts';
import { bareWork, timedWork, useMs } from './work.ts';

/** A use of 1 to 5 ms, or none: the pool and the way there and back by themselves. */
export type Use = '1-5 ms' | 'bare';

/** A pool whose connections lead there. */
export interface PoolThere {
  readonly connections: number;
  readonly use: Use;
  readonly strategy?: Strategy;
}

/** Where the connections of a case lead. */
export interface Place {
  readonly name: 'memory' | 'TCP';
  /** Requests that make a batch of some tenths of a second, with 100 clients. */
  readonly batch: Readonly<Record<Use, number>>;
  /** Where the clients have to stay, so that the server has a core of its own; `undefined` where they share all cores. */
  readonly core?: string | undefined;
  open(pool: PoolThere): Promise<Target>;
}

/**
 * Runs over connections in memory, and over TCP to a server in a process of its own, which ends in any case. Client and
 * server have a core each where that can be arranged.
 */
export async function overBothPlaces(run: (places: readonly Place[]) => Promise<void>): Promise<void> {
  const cores = coresOrWarn();
  const server = await startWorkServer(undefined, cores?.server);
  try {
    await run([memory, { ...tcpTo(tcp({ port: server.port })), core: cores?.client }]);
  } finally {
    await server.stop();
  }
}

/** A core for the client and one for the server; says so where there are none. */
export function coresOrWarn(): Cores | undefined {
  const cores = coresApart();
  if (cores === undefined)
    process.stderr.write('  no taskset or no second core: client and server share what there is\n');
  return cores;
}

/** The request that has the work server work so long. */
export function workRequest(ms: number): McpRequest {
  return { method: 'tools/call', params: { name: 'work', arguments: { ms } } };
}

/** The request of one use. */
export function requestFor(use: Use): (request: number) => McpRequest {
  return use === 'bare' ? () => workRequest(0) : (request) => workRequest(useMs(request));
}

const memory: Place = {
  name: 'memory',
  batch: { '1-5 ms': 2000, bare: 20_000 },
  open: ({ use, ...pool }) => memoryPool({ ...pool, work: use === 'bare' ? bareWork : timedWork }),
};

function tcpTo(transport: McpTransport): Place {
  return {
    name: 'TCP',
    batch: { '1-5 ms': 2000, bare: 3000 },
    open: ({ use, ...pool }) => mcpPool({ ...pool, transport, call: requestFor(use) }),
  };
}
