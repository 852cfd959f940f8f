import type { Observable } from 'rxjs';
import { isSignal } from '../../checkout/checkout-options.ts';
import { follow } from '../../base/on-abort.ts';
import { RequestObservable } from '../connection/request-work.ts';
import { isSchema } from '../client/exchange-client.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpHandlers } from '../connection/handlers.ts';
import type { McpRequestOptions } from '../connection/request.ts';
import type { ToolParams } from '../exchange/tool-call.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** The request that each method of a pooled client sends; `request` sends what it is given. */
export const sentBy = {
  callTool: 'tools/call',
  listTools: 'tools/list',
  listResources: 'resources/list',
  listResourceTemplates: 'resources/templates/list',
  readResource: 'resources/read',
  listPrompts: 'prompts/list',
  getPrompt: 'prompts/get',
  complete: 'completion/complete',
  ping: 'ping',
  setLoggingLevel: 'logging/setLevel',
  request: undefined,
} as const;

/** The methods that send a request. */
export type PooledMethod = keyof typeof sentBy;

/** One call of a method: the request that it makes, and what it is told besides. */
export interface Call {
  readonly request: McpRequest;
  /** Of the result, where `request` is given one. */
  readonly schema: unknown;
  readonly options: McpRequestOptions | undefined;
}

/** The SDK's version 1 has a schema of the result in front of the options, or `undefined`, also where a tool is called. */
export function callOf(name: PooledMethod, args: readonly unknown[]): Call {
  const method = sentBy[name];
  const [given, first, second] = method === 'ping' ? [undefined, ...args] : args;
  const schema = isSchema(first) ? first : undefined;
  const options = (second ?? (schema === undefined ? first : undefined)) as McpRequestOptions | undefined;
  if (method === undefined) return { request: given as McpRequest, schema, options };
  const params = (name === 'setLoggingLevel' ? { level: given } : given) as McpRequest['params'];
  return { request: { method, ...(params !== undefined && { params }) }, schema, options };
}

/** Does the work of a method, on a connection itself: the view of the lease would only watch for its end, as is done here. */
export function senderOf(name: PooledMethod, call: Call, ofCall: OptionsOfCall): Sender {
  const given = unsignalled(call.options);
  if (name === 'callTool') {
    return ({ whole }, { params }) =>
      new RequestObservable((listener) => whole.beginCall(params as ToolParams, given, listener));
  }
  if (name === 'request' && call.schema === undefined) return ({ whole }, request) => whole.request(request, given);
  return ({ whole }, request) => sendBySdk(whole, name, { ...call, request }, ofCall);
}

export type Sender = (connection: McpConnection, request: McpRequest) => Observable<unknown> | Promise<unknown>;

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
  if (name === 'setLoggingLevel') return [request.params?.['level'], options];
  return name === 'request' ? [request, schema, options] : [request.params, options];
}

/** The same options without the signal: who asks unsubscribes when it is aborted. */
function unsignalled(options: McpRequestOptions | undefined): McpRequestOptions | undefined {
  if (options?.signal === undefined) return options;
  const { signal, ...rest } = options;
  return rest;
}

/** What of the options of a call is not only for the SDK. */
export interface OptionsOfCall {
  readonly signal: AbortSignal | undefined;
  readonly handlers: McpHandlers | undefined;
}

export function optionsOf(options: McpRequestOptions | undefined): OptionsOfCall {
  const { signal, handlers } = Object(options) as McpRequestOptions;
  return {
    signal: isSignal(signal) ? signal : undefined,
    handlers: typeof handlers === 'object' ? handlers : undefined,
  };
}
