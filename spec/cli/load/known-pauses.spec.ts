import { NEVER, type Observable, firstValueFrom, last, tap, timer } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedLoop } from '../../../lib/cli/load/closed-loop.ts';
import { openLoop } from '../../../lib/cli/load/open-loop.ts';
import type { Outcome } from '../../../lib/cli/load/sending.ts';
import { type McpPool, createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { LatencyHistogram } from '../../../lib/metrics/latency-histogram.ts';
import { type PausingServer, startPausingServer } from '../../support/pausing-server.ts';

const PAUSE_MS = 400;
const EVERY_MS = 4000;
const RATE = 100;
const request = { method: 'tools/call', params: { name: 'work', arguments: {} } };

/** Requests of two whole periods; the next pause has not begun. */
const REQUESTS = (2 * EVERY_MS * RATE) / 1000 - 1;

/** Who comes `ms` after the beginning of a pause waits for its rest, and all others not at all. */
function trueP99(): number {
  const waits = Array.from({ length: REQUESTS }, (_, i) => {
    const phase = (((i + 1) * 1000) / RATE) % EVERY_MS;
    return phase < PAUSE_MS ? PAUSE_MS - phase : 0;
  });
  return waits.sort((one, other) => one - other)[Math.ceil(0.99 * REQUESTS) - 1] ?? 0;
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
async function p99Of(outcomes$: Observable<Outcome>): Promise<number> {
  const histogram = new LatencyHistogram();
  server.begin();
  await firstValueFrom(
    outcomes$.pipe(
      tap(({ ms }) => {
        if (ms !== undefined) histogram.record(ms);
      }),
      last(),
    ),
  );
  return histogram.summary(0).p99 / 1000;
}

describe('a server that stands still for a tenth of the time', () => {
  it('is told within 5 % by an open loop, which sends on whatever the server does', async () => {
    const schedule = { from: RATE, to: RATE, overMs: 0, pattern: 'even' } as const;
    const p99 = await p99Of(openLoop(pool, { request, timeoutMs: 5000, schedule, requests: REQUESTS }, NEVER));
    expect(trueP99()).toBe(360);
    expect(p99).toBeGreaterThan(0.95 * 360);
    expect(p99).toBeLessThan(1.05 * 360);
  });

  it('is hidden by a closed loop, whose four clients ask nothing while they wait', async () => {
    const p99 = await p99Of(closedLoop(pool, { clients: 4, request, timeoutMs: 5000 }, timer(EVERY_MS)));
    // A pause is four answers out of thousands.
    expect(p99).toBeLessThan(360 / 2);
  });
});
