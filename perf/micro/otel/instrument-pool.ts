import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricReader,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Pool } from '../../../lib/index.ts';
import { instrumentPool } from '../../../lib/otel/index.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { sequentialOnPool } from '../checkout/pool-loops.ts';
import { openPool } from '../open-pool.ts';

const UNOBSERVED = 'unobserved';

/** What OpenTelemetry's SDK makes of each checkout and checkin: two times recorded, as the events tell them. */
export const bench: Bench = {
  name: 'otel/instrument-pool',
  url: import.meta.url,
  summary: 'a checkout and checkin on a pool that OpenTelemetry is told of',
  unit: 'a pair',
  rows: new Map<string, Row>([
    [UNOBSERVED, { times: 20_000, open: () => open() }],
    ['events$', { times: 20_000, over: UNOBSERVED, open: () => open((pool) => pool.events$.subscribe()) }],
    ['no SDK', { times: 20_000, over: UNOBSERVED, open: () => open((pool) => instrumentPool(pool)) }],
    [
      'SDK',
      {
        times: 10_000,
        over: UNOBSERVED,
        open: () => open((pool) => instrumentPool(pool, { meterProvider: new MeterProvider({ readers: [reader()] }) })),
      },
    ],
  ]),
  targets: [{ name: 'no SDK over events$', row: 'no SDK', over: 'events$', atMost: 1.5 }],
};

async function open(observe?: (pool: Pool<number>) => unknown): Promise<Repeat> {
  const pool = await openPool(10);
  observe?.(pool);
  return (pairs) => {
    sequentialOnPool(pool, pairs);
  };
}

/** Without a reader the SDK records nothing. */
function reader(): MetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    exportIntervalMillis: 3_600_000,
  });
}
