import { NEVER, type Observable, firstValueFrom, last, tap } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLoop } from '../../../lib/cli/load/open-loop.ts';
import type { Outcome } from '../../../lib/cli/load/sending.ts';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { LatencyHistogram } from '../../../lib/metrics/latency-histogram.ts';
import { type PausingServer, startPausingServer } from '../../support/pausing-server.ts';

const PAUSE_MS = 400;
const EVERY_MS = 4000;
const RATE = 100;
const request = { method: 'tools/call', params: { name: 'work', arguments: {} } };

/** Requests of whole periods. */
const PAUSES = 2;
const REQUESTS = (PAUSES * EVERY_MS * RATE) / 1000 - 1;

/** From when each should have begun until the server has answered it: the 99th percentile, in milliseconds. */
function trueP99(began: number, answeredAt: readonly number[]): number {
  const times = answeredAt.map((at, i) => at - (began + ((i + 1) * 1000) / RATE));
  return times.sort((one, other) => one - other)[Math.ceil(0.99 * REQUESTS) - 1] ?? 0;
}

let server: PausingServer;
let pool: McpPool;

beforeAll(async () => {
  server = await startPausingServer(PAUSE_MS, EVERY_MS);
  // Nobody has to wait for a connection: what is seen is the server.
  const { port } = server;
  pool = createMcpPool({ transport: tcp({ port }), minSize: 2, maxSize: 2, sharing: 'multiplex' });
  await pool.ready();
});
afterAll(async () => {
  await pool.close();
  await server.close();
});

/** The 99th percentile of all outcomes, in milliseconds. */
async function p99Of(outcomes$: Observable<Outcome>): Promise<{ readonly p99: number; readonly began: number }> {
  const histogram = new LatencyHistogram();
  const began = server.begin(PAUSES);
  await firstValueFrom(
    outcomes$.pipe(
      tap(({ ms }) => {
        if (ms !== undefined) histogram.record(ms);
      }),
      last(),
    ),
  );
  return { p99: histogram.summary(0).p99 / 1000, began };
}

describe('a server that stands still for a tenth of the time', () => {
  it('is seen by an open loop, which sends on whatever the server does', async () => {
    const schedule = { from: RATE, to: RATE, overMs: 0, pattern: 'even' } as const;
    const { p99, began } = await p99Of(
      openLoop(pool, { request, timeoutMs: 5000, schedule, requests: REQUESTS }, NEVER),
    );
    expect(server.answeredAt).toHaveLength(REQUESTS);
    const truth = trueP99(began, server.answeredAt);
    // Who comes in the first 42 ms of a pause: these are the slowest hundredth.
    expect(truth).toBeGreaterThanOrEqual(358);
    expect(p99 / truth).toBeGreaterThan(0.95);
    expect(p99 / truth).toBeLessThan(1.05);
  });
});
