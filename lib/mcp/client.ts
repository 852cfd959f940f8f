import type { Client, Result } from '@modelcontextprotocol/client';
import type { CheckoutOptions } from '../checkout/checkout-options.ts';
import { type Followed, type RepeatPolicy, unrepeated } from '../checkout/repeat.ts';
import type { UseOptions } from '../checkout/use-once.ts';
import type { Pool } from '../contract.ts';
import type { McpConnection } from './connection.ts';
import type { McpHandlers } from './handlers.ts';
import type { McpRequest, McpRequestOptions } from './request.ts';

type PooledMethod = keyof typeof sentBy;

/** The methods of the SDK's `Client` that send a request; each call goes through the pool, and may bring `handlers`. */
export type McpClient = { [Name in Exclude<PooledMethod, 'request'>]: WithHandlers<Client[Name]> } & {
  readonly request: Client['request'] & ((request: McpRequest, options: McpRequestOptions) => Promise<Result>);
};

/** The same method, whose options, the last argument, may hold `handlers`. */
type WithHandlers<Method> = Method extends (...args: infer Args) => infer Returned
  ? (...args: WithHandlersLast<Args>) => Returned
  : never;

type WithHandlersLast<Args extends unknown[]> = Args extends [options?: infer Options]
  ? [options?: Options & OwnOptions]
  : Args extends [params: infer Params, options?: infer Options]
    ? [params: Params, options?: Options & OwnOptions]
    : Args extends [params?: infer Params, options?: infer Options]
      ? [params?: Params, options?: Options & OwnOptions]
      : never;

type OwnOptions = Pick<McpRequestOptions, 'handlers'>;

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

/** How each request goes through the pool. */
export interface PooledClientOptions {
  /** Follows each request, and says which are asked again; none when left out. */
  readonly policy?: RepeatPolicy<McpRequest> | undefined;
  /** How a request is checked out. */
  readonly checkoutOf?: ((request: McpRequest) => CheckoutOptions) | undefined;
}

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason. The options may hold
 * `handlers`, which answer what the server asks during this call. What can be repeated is, as `repeat` says.
 */
export function pooledClient(pool: Pool<McpConnection>, { policy, checkoutOf }: PooledClientOptions = {}): McpClient {
  const names = Object.keys(sentBy) as PooledMethod[];
  // What a user's functions throw is a rejection here, as in the SDK.
  const call = async (name: PooledMethod, args: unknown[]): Promise<unknown> => {
    const { signal, handlers } = optionsOf(args.at(-1));
    const request = requestOf(name, args[0]);
    let sent = request;
    const follow = (): Followed<undefined> => {
      const followed = policy?.follow(request) ?? unrepeated;
      sent = followed.request ?? request;
      return unnamed(followed, request);
    };
    const options: UseOptions = {
      ...checkoutOf?.(request),
      ...(signal && { signal }),
      ...(policy && { repeat: { follow } }),
    };
    return pool.use((connection) => {
      const [method, ...rest] = sent === request ? [name, ...args] : callOf(name, sent, args);
      return called(connection, method, rest, handlers);
    }, options);
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

function requestOf(name: PooledMethod, given: unknown): McpRequest {
  const method = sentBy[name];
  // The first argument of `ping` is its options.
  if (method === 'ping') return { method };
  if (method === undefined) return given as McpRequest;
  return given === undefined ? { method } : { method, params: given as NonNullable<McpRequest['params']> };
}

/** What sends this request in place of the one that was asked for, the way back from `requestOf`. */
function callOf(name: PooledMethod, request: McpRequest, args: unknown[]): [PooledMethod, ...unknown[]] {
  // The method `ping` takes nothing that could be sent.
  if (name === 'ping') return ['request', request, ...args];
  return [name, sentBy[name] === undefined ? request : request.params, ...args.slice(1)];
}

/** For a use, which knows of no request. */
function unnamed(followed: Followed<McpRequest>, request: McpRequest): Followed<undefined> {
  return {
    ...(followed.within && { within: followed.within.bind(followed) }),
    begun: (connection) => followed.begun?.(connection),
    failed: (error, failed) => followed.failed(error, { ...failed, request }),
    ended: (status, outcome) => followed.ended?.(status, outcome),
  };
}

/** Options come last in every method. */
function optionsOf(last: unknown): Pick<McpRequestOptions, 'signal' | 'handlers'> {
  const { signal, handlers } = Object(last) as McpRequestOptions;
  return {
    ...(signal instanceof AbortSignal && { signal }),
    ...(handlers !== undefined && typeof handlers === 'object' && { handlers }),
  };
}
