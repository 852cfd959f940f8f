import { ROOT_CONTEXT, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TRACEPARENT_META_KEY, TRACESTATE_META_KEY } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import { META_KEYS, inject } from '../../lib/otel/inject.ts';

const w3c = new W3CTraceContextPropagator();
const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };
const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

it('knows the keys of the SDK', () => {
  expect(META_KEYS).toEqual({ traceparent: TRACEPARENT_META_KEY, tracestate: TRACESTATE_META_KEY });
});

it('adds to params and to _meta, and changes neither', () => {
  const request = { method: 'x', params: { a: 1, _meta: { progressToken: 2 } } };
  expect(inject(request, context, w3c)).toEqual({
    method: 'x',
    params: { a: 1, _meta: { traceparent, progressToken: 2 } },
  });
  expect(request.params).toEqual({ a: 1, _meta: { progressToken: 2 } });
  expect(inject({ method: 'ping' }, context, w3c)).toEqual({ method: 'ping', params: { _meta: { traceparent } } });
});

it('gives back the request itself where there is nothing to add or nothing to add to', () => {
  const request = { method: 'x' };
  expect(inject(request, ROOT_CONTEXT, w3c)).toBe(request);
  for (const _meta of [7, 'text', ['list']]) {
    const odd = { method: 'x', params: { _meta } };
    expect(inject(odd, context, w3c)).toBe(odd);
  }
});

it("joins no state to a trace of the caller's", () => {
  const both: TextMapPropagator = {
    inject: (_, carrier, setter) => {
      for (const key of ['traceparent', 'tracestate', 'baggage']) setter.set(carrier, key, 'ours');
    },
    extract: (given) => given,
    fields: () => [],
  };
  const request = { method: 'x', params: { _meta: { traceparent: 'mine' } } };
  expect(inject(request, context, both).params).toEqual({ _meta: { traceparent: 'mine', baggage: 'ours' } });
});
