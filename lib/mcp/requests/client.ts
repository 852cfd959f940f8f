import type { CallToolRequest, CallToolResult, Client, Result, StandardSchemaV1 } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import { type CheckoutOptions, isSignal } from '../../checkout/checkout-options.ts';
import { follow } from '../../base/on-abort.ts';
import type { RetryPolicy } from '../../requests/retry.ts';
import { requestOnce } from '../../requests/use-once.ts';
import { RequestObservable } from '../connection/request-work.ts';
import type { Pool } from '../../pool/pool.ts';
import { isSchema } from '../client/exchange-client.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpHandlers } from '../connection/handlers.ts';
import type { McpRequestOptions } from '../connection/request.ts';
import type { ToolParams } from '../exchange/tool-call.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

type PooledMethod = keyof typeof sentBy;

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

/** The request that each method sends; `request` sends what it is given. */
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
interface PooledClientOptions {
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
export function pooledClient(
  pool: Pick<Pool<McpConnection>, 'checkout'>,
  { policy, checkoutOf }: PooledClientOptions = {},
): McpClient {
  const names = Object.keys(sentBy) as PooledMethod[];
  // An async function, so that what a user's function throws is a rejection, as in the SDK.
  const call = async (name: PooledMethod, args: unknown[]): Promise<unknown> => {
    const one = callOf(name, args);
    const { request } = one;
    const options = optionsOf(one.options);
    const { signal } = options;
    const lease$ = pool.checkout({ ...checkoutOf?.(request), ...(signal && { signal }) });
    return requestOnce(lease$, request, senderOf(name, one, options), policy, signal);
  };
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)])) as McpClient;
}

/** A client each of whose calls is one of the client that there is then. */
export function clientBy(find: () => McpClient): McpClient {
  const names = Object.keys(sentBy) as PooledMethod[];
  // Async, so that what is thrown where there is none is a rejection.
  const call = async (name: PooledMethod, args: unknown[]): Promise<unknown> =>
    (find()[name] as (...args: unknown[]) => Promise<unknown>)(...args);
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)])) as McpClient;
}

/** One call of a method: the request that it makes, and what it is told besides. */
interface Call {
  readonly request: McpRequest;
  /** Of the result, where `request` is given one. */
  readonly schema: unknown;
  readonly options: McpRequestOptions | undefined;
}

/** The SDK's version 1 has a schema of the result in front of the options, or `undefined`, also where a tool is called. */
function callOf(name: PooledMethod, args: readonly unknown[]): Call {
  const method = sentBy[name];
  const [given, first, second] = method === 'ping' ? [undefined, ...args] : args;
  const schema = isSchema(first) ? first : undefined;
  const options = (second ?? (schema === undefined ? first : undefined)) as McpRequestOptions | undefined;
  if (method === undefined) return { request: given as McpRequest, schema, options };
  const params = given as McpRequest['params'];
  return { request: { method, ...(params !== undefined && { params }) }, schema, options };
}

/** Does the work of a method, on a connection itself: the view of the lease would only watch for its end, as is done here. */
function senderOf(name: PooledMethod, call: Call, ofCall: OptionsOfCall): Sender {
  const given = unsignalled(call.options);
  if (name === 'callTool') {
    return ({ whole }, { params }) =>
      new RequestObservable((listener) => whole.beginCall(params as ToolParams, given, listener));
  }
  if (name === 'request' && call.schema === undefined) return ({ whole }, request) => whole.request(request, given);
  return ({ whole }, request) => sendBySdk(whole, name, { ...call, request }, ofCall);
}

type Sender = (connection: McpConnection, request: McpRequest) => Observable<unknown> | Promise<unknown>;

/** By the SDK's method; the handlers and the signal of the call are in force until it is over. */
async function sendBySdk(
  connection: McpConnection,
  name: PooledMethod,
  { request, schema, options }: Call,
  { signal, handlers }: OptionsOfCall,
): Promise<unknown> {
  const answering = handlers && connection.answer(handlers);
  // A signal of our own for each call: a thousand calls that share the user's signal would warn of a leak of listeners.
  const abort = signal && new AbortController();
  const unfollow = signal && abort && follow(signal, abort);
  const own = abort ? { ...options, signal: abort.signal } : options;
  try {
    const client: Record<PooledMethod, (...args: never[]) => unknown> = connection.client;
    // The method `ping` takes nothing that could be sent, such as the trace of whoever asks.
    const by = name === 'ping' ? 'request' : name;
    return await client[by](...(argumentsOf(name, request, schema, own) as never[]));
  } finally {
    unfollow?.();
    answering?.unsubscribe();
  }
}

/** What the method of the SDK takes that sends the request. */
function argumentsOf(name: PooledMethod, request: McpRequest, schema: unknown, options: unknown): readonly unknown[] {
  if (name === 'ping') return [request, options];
  return name === 'request' ? [request, schema, options] : [request.params, options];
}

/** The same options without the signal: who asks unsubscribes when it is aborted. */
function unsignalled(options: McpRequestOptions | undefined): McpRequestOptions | undefined {
  if (options?.signal === undefined) return options;
  const { signal, ...rest } = options;
  return rest;
}

/** What of the options of a call is not only for the SDK. */
interface OptionsOfCall {
  readonly signal: AbortSignal | undefined;
  readonly handlers: McpHandlers | undefined;
}

function optionsOf(options: McpRequestOptions | undefined): OptionsOfCall {
  const { signal, handlers } = Object(options) as McpRequestOptions;
  return {
    signal: isSignal(signal) ? signal : undefined,
    handlers: typeof handlers === 'object' ? handlers : undefined,
  };
}
