import type { Client, Result } from '@modelcontextprotocol/client';
import { type CheckoutOptions, isSignal } from '../../checkout/checkout-options.ts';
import { follow } from '../../base/on-abort.ts';
import { type Followed, type RetryPolicy, unretried } from '../../requests/retry.ts';
import type { UseOptions } from '../../requests/use-once.ts';
import type { Pool } from '../../pool/pool.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpHandlers } from '../connection/handlers.ts';
import type { McpRequestOptions } from '../connection/request.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

type PooledMethod = keyof typeof sentBy;

/** The methods of the SDK's `Client` that send a request; each call goes through the pool, and may bring `handlers`. */
export type McpClient = { [Name in Exclude<PooledMethod, 'request'>]: WithHandlers<Client[Name]> } & {
  /** As the SDK's `request`, which needs a schema; or any request, whose result is taken as it is. */
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
  readonly policy?: RetryPolicy<McpRequest> | undefined;
  /** How a request is checked out. */
  readonly checkoutOf?: ((request: McpRequest) => CheckoutOptions) | undefined;
}

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason. The options may hold
 * `handlers`, which answer what the server asks during this call. What can be retried is, as `retry` says.
 */
export function pooledClient(pool: Pool<McpConnection>, { policy, checkoutOf }: PooledClientOptions = {}): McpClient {
  const names = Object.keys(sentBy) as PooledMethod[];
  // What a user's functions throw is a rejection here, as in the SDK.
  const call = async (name: PooledMethod, args: unknown[]): Promise<unknown> => {
    const { signal, handlers } = optionsOf(args.at(-1));
    const request = requestOf(name, args[0]);
    let sent = request;
    const follow = (): Followed<undefined> => {
      const followed = policy?.follow(request) ?? unretried;
      sent = followed.request ?? request;
      return unnamed(followed, request);
    };
    const options: UseOptions = {
      ...checkoutOf?.(request),
      ...(signal && { signal }),
      ...(policy && { retry: { follow } }),
    };
    return pool.use((connection) => {
      const [method, ...rest] = sent === request ? [name, ...args] : callOf(name, sent, args);
      return called(connection.whole, method, rest, { signal, handlers });
    }, options);
  };
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)])) as McpClient;
}

/** With the connection itself: what goes on when the call is over is cancelled, and it sends nothing after its signal. */
async function called(
  connection: McpConnection,
  name: PooledMethod,
  args: unknown[],
  { signal, handlers }: OptionsOfCall,
): Promise<unknown> {
  const answering = handlers && connection.answer(handlers);
  // One of our own for each: whoever aborts a thousand calls by one signal is warned of a leak, and the SDK needs a real one.
  const abort = signal && new AbortController();
  const unfollow = signal && abort && follow(signal, abort);
  const own = abort ? [...args.slice(0, -1), { ...Object(args.at(-1)), signal: abort.signal }] : args;
  try {
    const client: Record<PooledMethod, (...args: never[]) => unknown> = connection.client;
    return await client[name](...(own as never[]));
  } finally {
    unfollow?.();
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

/** What of the options of a call is not only for the SDK. */
interface OptionsOfCall {
  readonly signal: AbortSignal | undefined;
  readonly handlers: McpHandlers | undefined;
}

/** Options come last in every method. */
function optionsOf(last: unknown): OptionsOfCall {
  const { signal, handlers } = Object(last) as McpRequestOptions;
  return {
    signal: isSignal(signal) ? signal : undefined,
    handlers: typeof handlers === 'object' ? handlers : undefined,
  };
}
