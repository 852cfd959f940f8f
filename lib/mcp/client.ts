import type { Client } from '@modelcontextprotocol/client';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import type { Pool } from '../contract.ts';
import type { McpConnection } from './connection.ts';
import type { McpRequest, McpRequestOptions } from './request.ts';
import type { McpHandlers } from './handlers.ts';

type PooledMethod = keyof typeof methods;

/** The methods of the SDK's `Client` that send a request; each call goes through the pool. */
export type McpClient = Pick<Client, PooledMethod>;

/** What each sends. */
const methods = {
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

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason. The options may hold
 * `handlers`, which answer what the server asks during this call.
 */
export function pooledClient(
  pool: Pool<McpConnection>,
  checkoutOf?: (request: McpRequest) => CheckoutOptions,
): McpClient {
  const names = Object.keys(methods) as PooledMethod[];
  const call = (name: PooledMethod, args: unknown[]): Promise<unknown> => {
    const { signal, handlers } = optionsOf(args.at(-1));
    const checkout = { ...checkoutOf?.(requestOf(name, args[0])), ...(signal && { signal }) };
    return pool.use((connection) => called(connection, name, args, handlers), checkout);
  };
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)])) as McpClient;
}

async function called(
  connection: McpConnection,
  name: PooledMethod,
  args: unknown[],
  handlers: McpHandlers | undefined,
): Promise<unknown> {
  const answering = handlers && connection.answer(handlers);
  try {
    const client: Record<PooledMethod, (...args: never[]) => unknown> = connection.client;
    return await client[name](...(args as never[]));
  } finally {
    answering?.unsubscribe();
  }
}

/** What is sent, as far as that is known before. */
function requestOf(name: PooledMethod, first: unknown): McpRequest {
  const method = methods[name];
  if (method === undefined) return first as McpRequest;
  return name === 'ping' ? { method } : { method, params: (first ?? {}) as NonNullable<McpRequest['params']> };
}

/** Options come last in every method. */
function optionsOf(last: unknown): Pick<McpRequestOptions, 'signal' | 'handlers'> {
  const { signal, handlers } = Object(last) as McpRequestOptions;
  return {
    ...(signal instanceof AbortSignal && { signal }),
    ...(handlers !== undefined && typeof handlers === 'object' && { handlers }),
  };
}
