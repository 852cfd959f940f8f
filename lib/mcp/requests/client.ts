import {
  type CacheMode,
  type CallToolRequest,
  type CallToolResult,
  type Client,
  type Result,
  SdkError,
  SdkErrorCode,
  type StandardSchemaV1,
} from '@modelcontextprotocol/client';
import type { CheckoutOptions } from '../../checkout/checkout-options.ts';
import type { Pool } from '../../pool/pool.ts';
import type { RetryPolicy } from '../../requests/retry.ts';
import { requestOnce } from '../../requests/use-once.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpRequestOptions } from '../connection/request.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { type PooledMethod, callOf, optionsOf, senderOf, sentBy } from './client-calls.ts';
import type { ListCache } from './list-cache.ts';
import type { Roster } from '../subscriptions/roster.ts';
import type { LogLevel } from './log-level.ts';

/** What the SDK's `Client` knows of its server. */
type Knowledge = Pick<Client, 'getServerCapabilities' | 'getServerVersion' | 'getInstructions'>;

/** The methods of the SDK's `Client` that send a request; each call goes through the pool, and may bring `handlers`. */
export type McpClient = { [Name in Exclude<PooledMethod, 'request'>]: WithHandlers<Client[Name]> } & {
  /** As the SDK's `request`, which needs a schema; or any request, whose result is taken as it is. */
  readonly request: Client['request'] & ((request: McpRequest, options: McpRequestOptions) => Promise<Result>);
  /** As in version 1 of the SDK: the schema is not used, since results are checked by what the tool has promised. */
  callTool(
    params: CallToolRequest['params'],
    resultSchema: StandardSchemaV1 | undefined,
    options?: McpRequestOptions,
  ): Promise<CallToolResult>;
  /**
   * Ends this client and leaves the pool open: its later calls reject, those under way end as they would. `pool.client` is
   * another one from then on.
   */
  close(): Promise<void>;
} & Knowledge;

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

/** How each request goes through the pool, and what is known of its servers. */
interface PooledClientOptions {
  readonly pool: Pick<Pool<McpConnection>, 'checkout'>;
  /** Follows each request, and says which are asked again. */
  readonly policy: RetryPolicy<McpRequest> | undefined;
  /** How a request is checked out. */
  readonly checkoutOf: ((request: McpRequest) => CheckoutOptions) | undefined;
  /** What the server said of itself. */
  readonly roster: Pick<Roster, 'introduced'>;
  /** Of the lists; absent where each is asked for. */
  readonly cache: ListCache | undefined;
  readonly logLevel: LogLevel;
  /** Called when the client is closed. */
  readonly closed: () => void;
}

/**
 * A drop-in for the SDK's `Client`: same methods, arguments and results, and each call leases a connection of its own.
 * An aborted `signal` also leaves the queue, and the call then rejects with the signal's reason. The options may hold
 * `handlers`, which answer what the server asks during this call. What can be retried is, as `retry` says.
 */
export function pooledClient({ pool, policy, checkoutOf, roster, cache, ...rest }: PooledClientOptions): McpClient {
  const ask = (name: PooledMethod, args: readonly unknown[]): Promise<unknown> => {
    const one = callOf(name, args);
    const { request } = one;
    const options = optionsOf(one.options);
    const { signal } = options;
    const send = (): Promise<unknown> => {
      const lease$ = pool.checkout({ ...checkoutOf?.(request), ...(signal && { signal }) });
      return requestOnce(lease$, request, senderOf(name, one, options), policy, signal);
    };
    if (cache === undefined) return send();
    // A list that is kept is asked of nobody who would see the signal.
    signal?.throwIfAborted();
    return cache.read(request, cacheModeOf(one.options), send);
  };
  const call = async (name: PooledMethod, args: readonly unknown[]): Promise<unknown> => {
    const answer = await ask(name, args);
    if (name === 'setLoggingLevel') rest.logLevel.set(args[0] as string);
    return answer;
  };
  return clientOf(call, {
    getServerCapabilities: () => roster.introduced.capabilities,
    getServerVersion: () => roster.introduced.version,
    getInstructions: () => roster.introduced.instructions,
    closed: rest.closed,
  });
}

/** A client each of whose calls is one of the client that there is then. */
export function clientBy(find: () => McpClient): McpClient {
  const call = (name: PooledMethod, args: readonly unknown[]): Promise<unknown> =>
    (find()[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
  return clientOf(call, {
    getServerCapabilities: () => find().getServerCapabilities(),
    getServerVersion: () => find().getServerVersion(),
    getInstructions: () => find().getInstructions(),
  });
}

/** Makes a call of a method. */
export type MakeCall = (name: PooledMethod, args: readonly unknown[]) => Promise<unknown>;

/** A client whose calls are made so, until it is closed. */
export function clientOf(make: MakeCall, { closed, ...knowledge }: Knowledge & { closed?: () => void }): McpClient {
  let isClosed = false;
  // An async function, so that what is thrown, by a user's function too, is a rejection, as in the SDK.
  const call = async (name: PooledMethod, args: readonly unknown[]): Promise<unknown> => {
    if (isClosed) throw new SdkError(SdkErrorCode.NotConnected, 'this client was closed');
    return make(name, args);
  };
  const names = Object.keys(sentBy) as PooledMethod[];
  const methods = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)]));
  const close = (): Promise<void> => {
    isClosed = true;
    closed?.();
    return Promise.resolve();
  };
  return { ...methods, ...knowledge, close } as McpClient;
}

function cacheModeOf(options: unknown): CacheMode {
  const { cacheMode } = Object(options) as { readonly cacheMode?: unknown };
  return cacheMode === 'refresh' || cacheMode === 'bypass' ? cacheMode : 'use';
}
