import { createRequire } from 'node:module';
import { type McpTransport, stdio, streamableHttp, tcp } from '../lib/mcp/index.ts';
import { mcpPool, mcpWithoutPool } from './support/mcp-target.ts';
import type { Case } from './support/measure.ts';
import { memoryPool, memoryWithoutPool } from './support/memory-target.ts';
import { type Use, coresOrWarn, requestFor } from './support/places.ts';
import { type CaseResult, type Ratio, timesFaster } from './support/result.ts';
import { startWorkServer } from './support/start-work-server.ts';
import { timedWork } from './support/work.ts';
import { type Workload, report } from './support/workload.ts';

const CLIENTS = 100;
const CONNECTIONS = 100;
/** What opening a connection costs in memory, in milliseconds: between TCP and HTTP, far below a child process. */
const CONNECT_MS = 5;
/** Of a child process each: more at once would only share the two cores. */
const PROCESSES = 4;

const everything = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');

/** How often a pool must be as fast as a fresh connection for each request. */
const TARGETS: Readonly<Record<string, number>> = {
  'memory, 1-5 ms': 2,
  'TCP, 1-5 ms': 2,
  'TCP, bare': 5,
  'HTTP of 2025, bare': 2.5,
  'stdio, bare, 1 client': 500,
  'stdio, bare': 500,
};

/** What a pool saves: a fresh connection for each request against a connection that is already open. */
export const poolVsNoPool: Workload = {
  name: 'pool_vs_no_pool',
  summary: '100 clients on a pool and on a fresh connection for each request: in memory, over TCP, HTTP and stdio',
  run: async (extent) => {
    const cores = coresOrWarn();
    const server = await startWorkServer(undefined, cores?.server);
    try {
      const to = tcp({ port: server.port });
      const http = streamableHttp({ url: `http://127.0.0.1:${server.httpPort}/mcp` });
      const suites = [
        inMemory(),
        overNet('TCP', to, '1-5 ms', 2000, cores?.client),
        overNet('TCP', to, 'bare', 2000, cores?.client),
        overNet('HTTP of 2025', http, 'bare', 200, cores?.client),
        overStdio(),
      ];
      await report({ name: 'pool_vs_no_pool', suites, ratios }, extent);
    } finally {
      await server.stop();
    }
  },
};

function inMemory(): Case[] {
  const load = { clients: CLIENTS, requests: 2000 };
  const pool = { connections: CONNECTIONS, work: timedWork, connectMs: CONNECT_MS };
  const without = (): ReturnType<Case['open']> => Promise.resolve(memoryWithoutPool(timedWork, CONNECT_MS));
  return [
    { ...load, name: 'memory, 1-5 ms, pool', connections: CONNECTIONS, open: () => memoryPool(pool) },
    { ...load, name: 'memory, 1-5 ms, no pool', connections: 0, open: without },
  ];
}

function overNet(name: string, transport: McpTransport, use: Use, requests: number, core: string | undefined): Case[] {
  const call = requestFor(use);
  // Without a pool nothing limits how many are open: those that are being closed would hold up the next.
  const without = { transport, call, connections: 1000 };
  return [
    {
      name: `${name}, ${use}, pool`,
      clients: CLIENTS,
      requests,
      connections: CONNECTIONS,
      core,
      open: () => mcpPool({ transport, call, connections: CONNECTIONS }),
    },
    {
      name: `${name}, ${use}, no pool`,
      clients: CLIENTS,
      requests: requests / 2,
      connections: 0,
      core,
      open: () => Promise.resolve(mcpWithoutPool(without)),
    },
  ];
}

/** A tool of a real server that answers at once, so that the process is all there is to save. */
function overStdio(): Case[] {
  const transport = stdio({ command: process.execPath, args: [everything, 'stdio'] });
  const call = (): ReturnType<ReturnType<typeof requestFor>> => echo;
  const pooled = (clients: number, connections: number): Omit<Case, 'name'> => ({
    clients,
    requests: 20 * clients,
    connections,
    open: () => mcpPool({ transport, call, connections }),
  });
  // A batch of few requests: a hundred processes would take longer than the whole workload.
  const fresh = (clients: number, connections: number): Omit<Case, 'name'> => ({
    clients,
    requests: 2 * connections,
    connections: 0,
    open: () => Promise.resolve(mcpWithoutPool({ transport, call, connections })),
  });
  return [
    { name: 'stdio, bare, 1 client, pool', ...pooled(1, 1) },
    { name: 'stdio, bare, 1 client, no pool', ...fresh(1, 1) },
    { name: 'stdio, bare, pool', ...pooled(CLIENTS, PROCESSES) },
    { name: 'stdio, bare, no pool', ...fresh(CLIENTS, PROCESSES) },
  ];
}

const echo = { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } };

function ratios(results: readonly CaseResult[]): Ratio[] {
  return Object.entries(TARGETS).map(([where, atLeast]) => ({
    name: `${where}: throughput with a pool over throughput without`,
    value: timesFaster(results, `${where}, pool`, `${where}, no pool`),
    target: { atLeast },
  }));
}
