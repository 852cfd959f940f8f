import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { fileURLToPath } from 'node:url';
import { type McpTransport, stdio, tcp } from '../../lib/mcp/index.ts';
import { type Requester, bareClient, pooledCallTool, pooledRequest } from './requesters.ts';

/** Who sends requests, and whose throughput it is measured by. */
export interface Contender {
  readonly name: string;
  /** The bare client that does the same. */
  readonly base: string;
  /** What its throughput over that of its base must reach, where one is asked for. */
  readonly atLeast?: number;
  open(): Promise<Requester>;
}

/** Leases enough for every request there is. */
const ALL = 128;
/** What a pool may cost over one bare client, at most so many requests at once. */
const AT_LEAST = 0.95;

/** Over TCP, where the SDK has no transport: the bare client uses ours. */
export function tcpContenders(port: number, atOnce: number): Contender[] {
  const transport = tcp({ port });
  const bare = { name: 'SDK client, request', base: 'SDK client, request' };
  return [
    { ...bare, open: () => bareClient(transport.create(), 'request') },
    ...callers(transport, atOnce),
    pool(transport, bare.base, 1, ALL, atOnce === 100 ? AT_LEAST : undefined),
    ...[1, 8, 64]
      .map((leases) => ({ leases, connections: Math.ceil(atOnce / leases) }))
      .filter(({ leases, connections }) => connections > 1 || leases === 1)
      .map(({ leases, connections }) => pool(transport, bare.base, connections, leases)),
  ];
}

/** Over stdio, a process for each connection: few of them. */
export function stdioContenders(atOnce: number): Contender[] {
  const transport = stdio(server);
  const bare = { name: 'SDK client and transport, request', base: 'SDK client and transport, request' };
  const sizes = [
    { connections: 1, leases: 1 },
    { connections: 1, leases: 8 },
    { connections: 2, leases: 64 },
  ].filter(({ connections, leases }) => connections * leases <= Math.max(1, 2 * atOnce));
  return [
    { ...bare, open: () => bareClient(new StdioClientTransport(server), 'request') },
    { name: 'SDK client, our transport', base: bare.base, open: () => bareClient(transport.create(), 'request') },
    pool(transport, bare.base, 1, ALL, atOnce === 100 ? AT_LEAST : undefined),
    ...sizes.map(({ connections, leases }) => pool(transport, bare.base, connections, leases)),
  ];
}

const server = { command: process.execPath, args: [fileURLToPath(new URL('./stdio-server.js', import.meta.url))] };

/** `callTool` checks what comes back, and so is slower with a pool and without. */
function callers(transport: McpTransport, atOnce: number): Contender[] {
  const bare = { name: 'SDK client, callTool', base: 'SDK client, callTool' };
  const pooled = { transport, connections: 1, leases: ALL };
  return [
    { ...bare, open: () => bareClient(transport.create(), 'callTool') },
    {
      name: 'pool.client.callTool, 1 connection',
      base: bare.base,
      ...(atOnce === 100 && { atLeast: AT_LEAST }),
      open: () => pooledCallTool(pooled),
    },
  ];
}

function pool(transport: McpTransport, base: string, connections: number, leases: number, atLeast?: number): Contender {
  const many = `${connections} ${connections === 1 ? 'connection' : 'connections'}`;
  const name = `pool, ${many} x ${leases} ${leases === 1 ? 'lease' : 'leases'}`;
  const open = (): Promise<Requester> => pooledRequest({ transport, connections, leases });
  return { name, base, open, ...(atLeast !== undefined && { atLeast }) };
}
