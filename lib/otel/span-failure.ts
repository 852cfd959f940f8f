import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** Marks a span as failed, without a message: error messages may repeat what was sent. */
export function fail(span: Span, error: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error);
}
