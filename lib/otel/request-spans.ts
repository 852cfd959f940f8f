import {
  type Context,
  type Span,
  SpanKind,
  type TextMapPropagator,
  type Tracer,
  context,
  trace,
} from '@opentelemetry/api';
import type { Labels } from '../telemetry/labels.ts';
import type { RequestMeter } from '../telemetry/request-meter.ts';
import type { McpConnection } from '../mcp/connection/connection.ts';
import { errorCodeOf } from '../mcp/failures/request-failure.ts';
import { toolOf, type McpRequest } from '../mcp/transport/mcp-request.ts';
import { attributesOf } from './attributes.ts';
import { inject } from './inject.ts';
import { fail } from './span-failure.ts';
import type { McpRequestEvent, RequestWatch } from '../mcp/requests/request-watch.ts';

/** What the spans of a pool's requests need. */
interface SpanTarget {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  /** The labels of the pool. */
  readonly labels: Labels;
  readonly requests: RequestMeter;
  /** Called at the end of the request, with the context of its span. */
  readonly ended: (event: McpRequestEvent, context: Context) => void;
}

/**
 * The spans of one request: one from the call to the end, and within it one for each checkout. They contain nothing of
 * arguments, results and error messages.
 */
export class RequestSpans implements RequestWatch {
  readonly request: McpRequest;
  readonly #target: SpanTarget;
  readonly #context: Context;
  readonly #span: Span;
  #checkout: Span | undefined;
  #attempts = 0;

  constructor(request: McpRequest, target: SpanTarget) {
    this.#target = target;
    const { name, attributes } = describe(request, target);
    const parent = context.active();
    this.#span = target.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
    this.request = inject(request, this.#context, target.propagator);
    this.#beginCheckout();
  }

  within(begin: () => void): void {
    context.with(this.#context, begin);
  }

  leased({ id }: McpConnection): void {
    this.#attempts++;
    this.#checkout?.setAttribute('mcp.client.connection.id', id);
    this.#endCheckout();
  }

  retried(error: unknown): void {
    const code = this.#target.requests.errors.of(errorCodeOf('failed', error) ?? 'Error');
    this.#span.addEvent('retry', { 'error.type': code, 'mcp.client.operation.attempts': this.#attempts });
    this.#beginCheckout();
  }

  ended(event: McpRequestEvent): void {
    const error = event.error === undefined ? undefined : this.#target.requests.errors.of(event.error);
    this.#endCheckout(event.status === 'failed' ? error : undefined);
    this.#span.setAttributes({
      ...attributesOf({ status: event.status }),
      'mcp.client.operation.attempts': event.attempts,
    });
    if (error !== undefined) fail(this.#span, error);
    if (event.error !== undefined && /^-?\d+$/.test(event.error))
      this.#span.setAttribute('rpc.response.status_code', event.error);
    this.#target.ended(event, this.#context);
    this.#span.end();
  }

  #beginCheckout(): void {
    const { tracer, labels } = this.#target;
    this.#checkout = tracer.startSpan('checkout', { attributes: attributesOf(labels) }, this.#context);
  }

  #endCheckout(error?: string): void {
    if (this.#checkout === undefined) return;
    if (error !== undefined) fail(this.#checkout, error);
    this.#checkout.end();
    this.#checkout = undefined;
  }
}

function describe(
  request: McpRequest,
  { labels, requests }: SpanTarget,
): { readonly name: string; readonly attributes: ReturnType<typeof attributesOf> } {
  const method = requests.methods.of(request.method);
  const tool = toolOf(request);
  const promptName = request.method === 'prompts/get' ? request.params?.['name'] : undefined;
  const known = tool === undefined ? undefined : requests.tools.of(tool);
  const prompt = typeof promptName === 'string' ? requests.prompts.of(promptName) : undefined;
  const target = known ?? prompt;
  return {
    name: target === undefined ? method : `${method} ${target}`,
    attributes: {
      ...attributesOf({
        ...(labels.pool !== undefined && { pool: labels.pool }),
        method,
        ...(known !== undefined && { tool: known }),
      }),
      ...(prompt !== undefined && { 'gen_ai.prompt.name': prompt }),
    },
  };
}
