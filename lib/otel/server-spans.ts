import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapPropagator,
  type Tracer,
  context,
  defaultTextMapGetter,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';
import type { Call, CallEnded, CallWatch } from '../gateway/policy/call-watch.ts';
import type { CallMeter } from '../telemetry/call-meter.ts';
import { attributesOf } from './attributes.ts';
import { META_KEYS } from './inject.ts';
import { fail } from './span-failure.ts';

/** What the spans of a gateway's requests need. */
export interface ServerSpanTarget {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  readonly meter: CallMeter;
}

/** Characters of what a client has sent that stand in a span. */
const LONGEST = 128;

/**
 * The span of one request of a client, part of the client's trace. It has nothing of arguments, results and error messages,
 * and not the id of the session, by which whoever knows it could ask.
 */
export class ServerSpan implements CallWatch {
  /** Without the client's own trace context: whoever asks the server puts in the one of this span. */
  readonly request: Call['request'];
  readonly #call: Call;
  readonly #target: ServerSpanTarget;
  readonly #context: Context;
  readonly #span: Span;

  constructor(call: Call, target: ServerSpanTarget) {
    this.#call = call;
    this.#target = target;
    const ambient = context.active();
    const parent = parentOf(call, target.propagator, ambient);
    const link = parent === ambient ? undefined : trace.getSpanContext(ambient);
    const links = link === undefined ? [] : [{ context: link }];
    const name = target.meter.methodOf(call.request.method);
    this.#span = target.tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, attributes: describe(call, name), links },
      parent,
    );
    this.#context = trace.setSpan(parent, this.#span);
    this.request = withoutContext(call.request, target.propagator);
  }

  within(begin: () => void): void {
    context.with(this.#context, begin);
  }

  ended(ended: CallEnded): void {
    const { meter } = this.#target;
    const labels = meter.labelsOf(this.#call, ended);
    const { method, tool, outcome, error } = labels;
    if (tool !== undefined) this.#span.updateName(`${method} ${tool}`);
    this.#span.setAttributes(attributesOf({ outcome }));
    if (error !== undefined) fail(this.#span, error);
    if (ended.code !== undefined) this.#span.setAttribute('rpc.response.status_code', String(ended.code));
    meter.record(labels, ended.ms, this.#context);
    this.#span.end();
  }
}

/** The client's context out of `_meta`; else what is active already, as with an instrumented server; else out of the headers. */
function parentOf({ request, headers }: Call, propagator: TextMapPropagator, ambient: Context): Context {
  const own = extracted(propagator, Object(request.params?._meta) as object);
  if (own !== undefined) return own;
  if (trace.getSpanContext(ambient) !== undefined) return ambient;
  return extracted(propagator, headers) ?? ambient;
}

function extracted(propagator: TextMapPropagator, carrier: object): Context | undefined {
  const found = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  const span = trace.getSpanContext(found);
  return span !== undefined && isSpanContextValid(span) ? found : undefined;
}

/** Where nobody would put in another one, the client's stays. */
function withoutContext(request: Call['request'], propagator: TextMapPropagator): Call['request'] {
  const meta = Object(request.params?._meta) as Record<string, unknown>;
  const { traceparent, tracestate } = META_KEYS;
  if (!(traceparent in meta) || !propagator.fields().includes(traceparent)) return request;
  const { [traceparent]: _parent, [tracestate]: _state, ...others } = meta;
  return { ...request, params: { ...request.params, _meta: others } };
}

function describe({ request: { id, method, params }, headers }: Call, known: string): Attributes {
  const name = params?.['name'];
  const target = typeof name === 'string' ? name.slice(0, LONGEST) : undefined;
  const version = headers['mcp-protocol-version'];
  return {
    ...attributesOf({ method: known, ...(method === 'tools/call' && target !== undefined && { tool: target }) }),
    ...(method === 'prompts/get' && target !== undefined && { 'gen_ai.prompt.name': target }),
    ...(typeof version === 'string' && /^\d{4}-\d\d-\d\d$/.test(version) && { 'mcp.protocol.version': version }),
    'jsonrpc.request.id': String(id).slice(0, LONGEST),
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
  };
}
