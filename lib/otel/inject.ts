import { type Context, type TextMapPropagator, defaultTextMapSetter } from '@opentelemetry/api';
import type { McpRequest } from '../mcp/transport/mcp-request.ts';

/** The keys that the MCP specification reserves in `_meta`; W3C trace context propagators use the same. */
export const META_KEYS = { traceparent: 'traceparent', tracestate: 'tracestate' } as const;

/**
 * The request with the trace context in its `_meta`, as the MCP specification defines it. Entries of the caller are
 * kept; with the caller's own `traceparent`, our `tracestate` is left out.
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

/** The caller's `_meta`; `undefined` if it is not an object: then it is left alone, for the server to refuse. */
function metaOf({ params }: McpRequest): Readonly<Record<string, unknown>> | undefined {
  const meta = params?.['_meta'] ?? {};
  return typeof meta === 'object' && !Array.isArray(meta) ? (meta as Readonly<Record<string, unknown>>) : undefined;
}
