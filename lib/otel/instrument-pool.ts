import {
  type Context,
  type MeterProvider,
  type TextMapPropagator,
  type TracerProvider,
  createNoopMeter,
  metrics,
  propagation,
  trace,
} from '@opentelemetry/api';
import { Subscription } from 'rxjs';
import { checkObject } from '../base/durations.ts';
import type { Labels } from '../telemetry/labels.ts';
import type { MeteredPool, MeteredPools, NameOptions } from '../telemetry/metered-pool.ts';
import type { RequestMeter } from '../telemetry/request-meter.ts';
import { exportedMeterOf } from './exported-meter.ts';
import { RequestSpans } from './request-spans.ts';
import { SCOPE } from './scope.ts';
import type { McpRequest } from '../mcp/transport/mcp-request.ts';
import type { McpRequestEvent, RequestWatch } from '../mcp/requests/request-watch.ts';

/** Where telemetry goes. Providers that are left out are the globally registered ones at the moment of the call. */
export interface InstrumentOptions extends NameOptions {
  /** `false`: no metrics. */
  readonly meterProvider?: MeterProvider | false;
  /** `false`: no spans, and no trace context in `_meta`. */
  readonly tracerProvider?: TracerProvider | false;
  /** How the trace context is written into `_meta`. Default: the globally registered propagator. */
  readonly propagator?: TextMapPropagator;
}

/**
 * Exports a pool, or all pools of a family, to OpenTelemetry until unsubscribed from: metrics `mcp.client.connection.*`
 * and `mcp.client.operation.duration`, a span for each request through `pool.client` and `withConnection`, and its
 * trace context in the request's `_meta`. Throws a `TypeError` or `RangeError` for invalid options, and for a pool that
 * is exported to this provider already.
 */
export function instrumentPool(pool: MeteredPool | MeteredPools, options: InstrumentOptions = {}): Subscription {
  checkObject('options', options);
  const { meterProvider = metrics.getMeterProvider(), tracerProvider = trace.getTracerProvider() } = options;
  const tracer = tracerProvider === false ? undefined : tracerProvider.getTracer(SCOPE.name, SCOPE.version);
  const propagator = options.propagator ?? propagation;
  const watch = (followed: MeteredPool, labels: Labels, requests: RequestMeter): Subscription => {
    const ended = (event: McpRequestEvent, context?: Context): void => {
      requests.record(labels, event, context);
    };
    const measured: RequestWatch = {
      ended: (event) => {
        ended(event);
      },
    };
    const begin = (request: McpRequest): RequestWatch =>
      tracer === undefined ? measured : new RequestSpans(request, { tracer, propagator, labels, requests, ended });
    return followed.watchRequests?.({ begin }) ?? Subscription.EMPTY;
  };
  return exportedMeterOf(meterProvider === false ? noopMeterProvider : meterProvider).add(pool, options, watch);
}

const noopMeterProvider: MeterProvider = { getMeter: createNoopMeter };
