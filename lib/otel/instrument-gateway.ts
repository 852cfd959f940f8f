import type { Subscription } from 'rxjs';
import { checkObject } from '../base/durations.ts';
import type { Call, CallWatch } from '../gateway/policy/call-watch.ts';
import { CallMeter, isMetered } from '../telemetry/call-meter.ts';
import { type MeteredGateway, checkGateway } from '../telemetry/metered-gateway.ts';
import { exportedMeterOf } from './exported-meter.ts';
import { instrumentPool } from './instrument-pool.ts';
import { type InstrumentOptions, providersOf } from './providers.ts';
import { ServerSpan } from './server-spans.ts';

/**
 * Exports a gateway and its pools to OpenTelemetry until unsubscribed from: `instrumentPool` of its pools, a SERVER span for
 * each request of a client, whose trace it is part of and to which the spans of the pools belong, and
 * `mcp.server.operation.duration`. Throws as `instrumentPool` does.
 */
export function instrumentGateway(gateway: MeteredGateway, options: InstrumentOptions = {}): Subscription {
  checkObject('options', options);
  checkGateway(gateway);
  const { meterProvider, tracer, propagator } = providersOf(options);
  const instrumented = instrumentPool(gateway, { name: ({ name }) => name, ...options });
  const meter = new CallMeter(exportedMeterOf(meterProvider), options.maxNames ?? 100);
  const begin = (call: Call): CallWatch | undefined => {
    if (!isMetered(call)) return undefined;
    if (tracer !== undefined) return new ServerSpan(call, { tracer, propagator, meter });
    return {
      ended: (ended) => {
        meter.record(meter.labelsOf(call, ended), ended.ms);
      },
    };
  };
  instrumented.add(gateway.watchCalls({ begin }));
  return instrumented;
}
