import { availableParallelism } from 'node:os';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import { type LoadOptions, strategies } from './load-options.ts';
import type { RunPlan } from './load-run.ts';
import type { OpenTarget } from './load-target.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';

/** How long opening a connection may take: a program may have to be downloaded first. */
export function connectTimeoutMs({ kind }: McpTransport): number {
  return kind === 'stdio' ? 60_000 : 10_000;
}

/** The run with a pool and, where it is to be compared, the one without. */
export function runPlans(options: LoadOptions, { transport }: OpenTarget, tool: string): readonly RunPlan[] {
  const { args, clients, timeoutMs, durationMs, requests, compare } = options;
  const request = { method: 'tools/call', params: { name: tool, arguments: args } };
  const common = { request, timeoutMs, durationMs, requests };
  const withPool: RunPlan = { ...common, mode: 'with pool', clients, pool: pooled(options, transport) };
  if (!compare) return [withPool];
  const fewer = clientsWithoutPool(clients, transport);
  const pool = unpooled(options, transport, fewer);
  return [withPool, { ...common, mode: 'without pool', clients: fewer, pool }];
}

/**
 * As many as with the pool, except over stdio: there each request starts a process, and more of them at once than there
 * are processors would only make each other late.
 */
export function clientsWithoutPool(clients: number, { kind }: Pick<McpTransport, 'kind'>): number {
  return kind === 'stdio' ? Math.min(clients, Math.max(2, availableParallelism())) : clients;
}

function pooled({ minSize, maxSize, strategy, leases, name }: LoadOptions, transport: McpTransport): McpPoolOptions {
  const newStrategy = strategies[strategy];
  return {
    transport,
    name,
    minSize,
    maxSize,
    maxLeasesPerConnection: leases,
    connectTimeoutMs: connectTimeoutMs(transport),
    ...(newStrategy && { strategy: newStrategy() }),
  };
}

function unpooled({ name }: LoadOptions, transport: McpTransport, clients: number): McpPoolOptions {
  // Connections that are being closed count too; nobody is to wait for them.
  const maxSize = 4 * clients;
  return { transport, name, pool: false, maxSize, connectTimeoutMs: connectTimeoutMs(transport) };
}
