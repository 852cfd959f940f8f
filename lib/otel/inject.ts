import { type Context, type TextMapPropagator, defaultTextMapSetter } from '@opentelemetry/api';
import type { McpRequest } from '../mcp/transport/mcp-request.ts';

/** Those of the MCP specification, which are what propagators of W3C trace contexts call them. */
export const META_KEYS = { traceparent: 'traceparent', tracestate: 'tracestate' } as const;

/**
 * The request with the context in its `_meta`, as the MCP specification has it. What the caller put there stays, and
 * with a `traceparent` of the caller's goes no `tracestate` but the caller's.
 */
export function inject(request: McpRequest, context: Context, propagator: TextMapPropagator): McpRequest {
  const carrier: Record<string, unknown> = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  if (Object.keys(carrier).length === 0) return request;
  const given = metaOf(request);
  if (given === undefined) return request;
  if (META_KEYS.traceparent in given) Reflect.deleteProperty(carrier, META_KEYS.tracestate);
  return { ...request, params: { ...request.params, _meta: { ...carrier, ...given } } };
}

/** `undefined` for what is no `_meta`: that is for the server to refuse. */
function metaOf({ params }: McpRequest): Readonly<Record<string, unknown>> | undefined {
  const meta = params?.['_meta'] ?? {};
  return typeof meta === 'object' && !Array.isArray(meta) ? (meta as Readonly<Record<string, unknown>>) : undefined;
}
