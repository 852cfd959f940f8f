import { availableParallelism } from 'node:os';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import { strategiesByName } from '../../strategies/by-name.ts';
import { connecting } from '../server/connecting.ts';
import type { LoadOptions } from './load-options.ts';
import type { SweptFlag } from './load-flag-values.ts';
import type { RunPlan } from './load-run.ts';
import type { OpenTarget } from './load-target.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';

/** The runs of a sweep; else the one with a pool and, where it is to be compared, the one without. */
export function runPlans(options: LoadOptions, target: OpenTarget, tool: string): readonly RunPlan[] {
  const { sweep } = options;
  if (sweep === undefined) return plansOf(options, target, tool);
  return sweep.values.flatMap((value) =>
    plansOf(sweptOptions(options, sweep.flag, value), target, tool).map((plan) => ({
      ...plan,
      mode: `${sweep.flag}=${value}` as const,
    })),
  );
}

/** The options of one run of a sweep. */
function sweptOptions(options: LoadOptions, flag: SweptFlag, value: number): LoadOptions {
  switch (flag) {
    case 'max':
      return { ...options, maxSize: value, minSize: Math.min(options.minSize, value) };
    case 'min':
      return { ...options, minSize: value, maxSize: Math.max(options.maxSize, value) };
    case 'clients':
      return { ...options, clients: value };
    case 'leases':
      return { ...options, leases: value };
    case 'rate': {
      const { pattern } = options.schedule ?? { pattern: 'poisson' };
      return { ...options, schedule: { from: value, to: value, overMs: 0, pattern } };
    }
  }
}

function plansOf(options: LoadOptions, { transport }: OpenTarget, tool: string): readonly RunPlan[] {
  const { args, clients, timeoutMs, durationMs, requests, compare, schedule, warmupMs } = options;
  const request = { method: 'tools/call', params: { name: tool, arguments: args } };
  const common = { request, timeoutMs, durationMs, requests, schedule, warmupMs };
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

function pooled(options: LoadOptions, transport: McpTransport): McpPoolOptions {
  const { server, minSize, maxSize, strategy, leases, name } = options;
  const newStrategy = strategiesByName[strategy];
  return {
    ...server?.options,
    ...connecting(transport, server),
    name,
    minSize,
    maxSize,
    maxLeasesPerConnection: leases,
    ...(newStrategy && { strategy: newStrategy() }),
  };
}

function unpooled({ name, server }: LoadOptions, transport: McpTransport, clients: number): McpPoolOptions {
  // Connections that are being closed count too; nobody is to wait for them.
  const maxSize = 4 * clients;
  return { ...connecting(transport, server), name, pool: false, maxSize };
}
