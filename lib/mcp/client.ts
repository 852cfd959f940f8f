import type { Client } from '@modelcontextprotocol/client';
import type { Pool } from '../contract.ts';
import type { McpConnection } from './connection.ts';

type PooledMethod = (typeof pooledMethods)[number];

/** The methods of the SDK's `Client` that send a request; each call goes through the pool. */
export type McpClient = Pick<Client, PooledMethod>;

const pooledMethods = [
  'callTool',
  'listTools',
  'listResources',
  'listResourceTemplates',
  'readResource',
  'listPrompts',
  'getPrompt',
  'complete',
  'ping',
  'request',
] as const;

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason.
 */
export function pooledClient(pool: Pool<McpConnection>): McpClient {
  const methods = pooledMethods.map((name) => [name, pooled(pool, name)]);
  return Object.fromEntries(methods) as McpClient;
}

function pooled(pool: Pool<McpConnection>, name: PooledMethod): (...args: unknown[]) => Promise<unknown> {
  return (...args) => {
    const signal = signalOf(args.at(-1));
    const call = (client: Client): Promise<unknown> =>
      (client[name] as (...args: unknown[]) => Promise<unknown>).apply(client, args);
    return pool.use(({ client }) => call(client), signal && { signal });
  };
}

/** Options come last in every method. */
function signalOf(options: unknown): AbortSignal | undefined {
  const isObject = typeof options === 'object' && options !== null;
  return isObject && 'signal' in options && options.signal instanceof AbortSignal ? options.signal : undefined;
}
