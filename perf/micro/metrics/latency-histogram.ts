import { createHistogram } from 'node:perf_hooks';
import { LatencyHistogram } from '../../../lib/metrics/latency-histogram.ts';
import type { Bench, Repeat, Row } from '../bench.ts';

const RECORD = 'record';
const NODE_RECORD = "record, Node's histogram";
/** From microseconds to seconds, every power of two alike. */
const LATENCIES_MS = Array.from({ length: 200 }, (_, i) => 2 ** (i / 10 - 10));
const PERCENTILES = 'record 1000, percentiles, clear';

/** What a latency costs that is recorded, and what a window costs that is read. */
export const bench: Bench = {
  name: 'metrics/latency-histogram',
  url: import.meta.url,
  summary: 'a latency window: recording, percentiles',
  unit: 'a call',
  rows: new Map<string, Row>([
    [NODE_RECORD, { times: 100_000, open: recordInNode }],
    [RECORD, { times: 100_000, over: NODE_RECORD, open: record }],
    [PERCENTILES, { times: 100, open: readPercentiles }],
    ['percentiles of 1000', { times: 1000, open: () => percentilesOf(1000) }],
    ['percentiles of 1 000 000', { times: 1000, over: 'percentiles of 1000', open: () => percentilesOf(1_000_000) }],
  ]),
  targets: [],
};

function record(): Repeat {
  const window = new LatencyHistogram();
  return (times) => {
    for (let i = 0; i < times; i++) window.record(latencyMs(i));
  };
}

function recordInNode(): Repeat {
  const histogram = createHistogram();
  return (times) => {
    for (let i = 0; i < times; i++) histogram.record(1 + Math.floor(1000 * latencyMs(i)));
  };
}

function readPercentiles(): Repeat {
  const window = new LatencyHistogram();
  return (times) => {
    for (let i = 0; i < times; i++) {
      for (let n = 0; n < 1000; n++) window.record(latencyMs(n));
      window.summary(1000);
      window.clear();
    }
  };
}

function percentilesOf(latencies: number): Repeat {
  const window = new LatencyHistogram();
  for (let n = 0; n < latencies; n++) window.record(latencyMs(n));
  return (times) => {
    for (let i = 0; i < times; i++) window.summary(1000);
  };
}

function latencyMs(n: number): number {
  return LATENCIES_MS[(7 * n) % LATENCIES_MS.length] ?? 0;
}
