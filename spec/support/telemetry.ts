import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

type Attributes = Readonly<Record<string, unknown>>;

/** One value of an instrument. */
export interface Point {
  readonly attributes: Attributes;
  readonly value: number | Histogram;
}

/** The real SDK with exporters that keep what they get. */
export interface Telemetry {
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: BasicTracerProvider;
  readonly propagator: CompositePropagator;
  /** Spans that have ended. */
  spans(): ReadableSpan[];
  /** What is collected now, by the names of the instruments. */
  collect(): Promise<Map<string, { readonly unit: string; readonly points: readonly Point[] }>>;
  stop(): Promise<void>;
}

export function startTelemetry(): Telemetry {
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    meterProvider,
    tracerProvider,
    propagator: new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
    spans: () => spanExporter.getFinishedSpans(),
    collect: async () => {
      metricExporter.reset();
      await meterProvider.forceFlush();
      const metrics = metricExporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((of) => of.metrics));
      return new Map(
        metrics.map(({ descriptor: { name, unit }, dataPoints }) => [name, { unit, points: dataPoints as Point[] }]),
      );
    },
    stop: async () => {
      context.disable();
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
    },
  };
}

/** The values of one instrument added up; of histograms how much was recorded. */
export function sumOf(points: readonly Point[] = [], where: Attributes = {}): number {
  return points
    .filter(({ attributes }) => Object.entries(where).every(([name, value]) => attributes[name] === value))
    .reduce((sum, { value }) => sum + (typeof value === 'number' ? value : value.count), 0);
}
