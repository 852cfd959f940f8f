import { mcpTarget } from './support/mcp-target.ts';
import type { Case } from './support/measure.ts';
import { memoryPool, memoryWithoutPool } from './support/memory-target.ts';
import { type CaseResult, type Ratio, timesFaster } from './support/result.ts';
import { startWorkServer } from './support/start-work-server.ts';
import { timedWork } from './support/work.ts';
import { type Workload, report } from './support/workload.ts';

const CLIENTS = 100;
const CONNECTIONS = 100;
/** What opening a connection costs in memory, in milliseconds: between TCP and HTTP, far below a child process. */
const CONNECT_MS = 5;

/** What a pool saves: a fresh connection for each request against a connection that is already open. */
export const poolVsNoPool: Workload = {
  name: 'pool_vs_no_pool',
  summary: '100 clients, uses of 1 to 5 ms: 100 pooled connections against a fresh one for each request',
  run: async (quick) => {
    const server = await startWorkServer();
    try {
      const cases = [...inMemory(), ...overTcp(server.port)];
      await report({ name: 'pool_vs_no_pool', cases, ratios }, quick);
    } finally {
      await server.stop();
    }
  },
};

function inMemory(): Case[] {
  const load = { clients: CLIENTS, requests: 2000 };
  return [
    {
      ...load,
      name: 'memory, pool',
      connections: CONNECTIONS,
      open: () => memoryPool({ connections: CONNECTIONS, work: timedWork, connectMs: CONNECT_MS }),
    },
    {
      ...load,
      name: 'memory, no pool',
      connections: 0,
      open: () => Promise.resolve(memoryWithoutPool(timedWork, CONNECT_MS)),
    },
  ];
}

function overTcp(port: number): Case[] {
  const load = { clients: CLIENTS, requests: 1000 };
  const open = (pool: boolean): Case['open'] => {
    return () => mcpTarget({ port, connections: CONNECTIONS, pool });
  };
  return [
    { ...load, name: 'TCP, pool', connections: CONNECTIONS, open: open(true) },
    { ...load, name: 'TCP, no pool', connections: 0, open: open(false) },
  ];
}

function ratios(results: readonly CaseResult[]): Ratio[] {
  return ['memory', 'TCP'].map((where) => ({
    name: `${where}: throughput with a pool over throughput without`,
    value: timesFaster(results, `${where}, pool`, `${where}, no pool`),
    target: { atLeast: 2 },
  }));
}
