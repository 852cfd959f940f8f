import type { Context } from '@opentelemetry/api';
import { Subscription } from 'rxjs';
import { checkObject } from '../base/durations.ts';
import type { Labels } from '../telemetry/labels.ts';
import type { MeteredPool, MeteredPools } from '../telemetry/metered-pool.ts';
import type { RequestMeter } from '../telemetry/request-meter.ts';
import { exportedMeterOf } from './exported-meter.ts';
import { type InstrumentOptions, providersOf } from './providers.ts';
import { RequestSpans } from './request-spans.ts';
import type { McpRequest } from '../mcp/transport/mcp-request.ts';
import type { McpRequestEvent, RequestWatch } from '../mcp/requests/request-watch.ts';

/**
 * Exports a pool, or all pools of a family, to OpenTelemetry until unsubscribed from: metrics `mcp.client.connection.*`
 * and `mcp.client.operation.duration`, a span for each request through `pool.client` and `withConnection`, and its
 * trace context in the request's `_meta`. Throws a `TypeError` or `RangeError` for invalid options, and for a pool that
 * is exported to this provider already.
 */
export function instrumentPool(pool: MeteredPool | MeteredPools, options: InstrumentOptions = {}): Subscription {
  checkObject('options', options);
  const { meterProvider, tracer, propagator } = providersOf(options);
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
  return exportedMeterOf(meterProvider).add(pool, options, watch);
}
