import type { Client } from '@modelcontextprotocol/client';
import type { Followed } from '../checkout/repeat.ts';
import type { UseOptions } from '../checkout/use-once.ts';
import type { Pool } from '../contract.ts';
import type { McpConnection, McpRequest } from './connection.ts';

type PooledMethod = keyof typeof sentBy;

/** The methods of the SDK's `Client` that send a request; each call goes through the pool. */
export type McpClient = Pick<Client, PooledMethod>;

/** What each of them sends; `request` sends what it is given. */
const sentBy = {
  callTool: 'tools/call',
  listTools: 'tools/list',
  listResources: 'resources/list',
  listResourceTemplates: 'resources/templates/list',
  readResource: 'resources/read',
  listPrompts: 'prompts/list',
  getPrompt: 'prompts/get',
  complete: 'completion/complete',
  ping: 'ping',
  request: undefined,
} as const;

/** Follows any request, and what it says does not depend on what the request is called. */
interface McpPolicy {
  follow(request: McpRequest): Followed<unknown>;
}

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason.
 * What can be repeated is, as `repeat` says.
 */
export function pooledClient(pool: Pool<McpConnection>, repeat?: McpPolicy): McpClient {
  const names = Object.keys(sentBy) as PooledMethod[];
  return Object.fromEntries(names.map((name) => [name, pooled(pool, name, repeat)])) as McpClient;
}

function pooled(
  pool: Pool<McpConnection>,
  name: PooledMethod,
  repeat: McpPolicy | undefined,
): (...args: unknown[]) => Promise<unknown> {
  return (...args) => {
    const signal = signalOf(args.at(-1));
    const call = (client: Client): Promise<unknown> =>
      (client[name] as (...args: unknown[]) => Promise<unknown>).apply(client, args);
    const options: UseOptions = {
      ...(signal && { signal }),
      ...(repeat && { repeat: { follow: () => repeat.follow(requestOf(name, args[0])) } }),
    };
    return pool.use(({ client }) => call(client), options);
  };
}

function requestOf(name: PooledMethod, given: unknown): McpRequest {
  const method = sentBy[name];
  // The first argument of `ping` is its options.
  if (method === 'ping') return { method };
  if (method === undefined) return given as McpRequest;
  return given === undefined ? { method } : { method, params: given as NonNullable<McpRequest['params']> };
}

/** Options come last in every method. */
function signalOf(options: unknown): AbortSignal | undefined {
  const isObject = typeof options === 'object' && options !== null;
  return isObject && 'signal' in options && options.signal instanceof AbortSignal ? options.signal : undefined;
}
