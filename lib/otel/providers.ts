import {
  type MeterProvider,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  createNoopMeter,
  metrics,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { NameOptions } from '../telemetry/metered-pool.ts';
import { SCOPE } from './scope.ts';

/** Where telemetry goes. Providers that are left out are the globally registered ones at the moment of the call. */
export interface InstrumentOptions extends NameOptions {
  /** `false`: no metrics. */
  readonly meterProvider?: MeterProvider | false;
  /** `false`: no spans, and no trace context in `_meta`. */
  readonly tracerProvider?: TracerProvider | false;
  /** How the trace context is written into `_meta`. Default: the globally registered propagator. */
  readonly propagator?: TextMapPropagator;
}

/** Where telemetry goes. */
export interface Providers {
  readonly meterProvider: MeterProvider;
  /** `undefined`: there are no spans. */
  readonly tracer: Tracer | undefined;
  readonly propagator: TextMapPropagator;
}

/** Those of the options, and of what is registered globally where they are left out. */
export function providersOf(options: InstrumentOptions): Providers {
  const { meterProvider = metrics.getMeterProvider(), tracerProvider = trace.getTracerProvider() } = options;
  return {
    meterProvider: meterProvider === false ? noopMeterProvider : meterProvider,
    tracer: tracerProvider === false ? undefined : tracerProvider.getTracer(SCOPE.name, SCOPE.version),
    propagator: options.propagator ?? propagation,
  };
}

const noopMeterProvider: MeterProvider = { getMeter: createNoopMeter };
