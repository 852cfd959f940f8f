import { timer } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closedLoop } from '../../../lib/cli/load/closed-loop.ts';
import type { Outcome } from '../../../lib/cli/load/sending.ts';
import { type McpPool, createMcpPool } from '../../../lib/mcp/mcp-pool.ts';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { collect } from '../../support/listen.ts';
import { elapse, resumeTime, stopTime } from '../../support/virtual-time.ts';

const plan = { clients: 3, request: { method: 'ping' }, timeoutMs: 1000 };

let pool: McpPool;

beforeEach(async () => {
  stopTime();
  pool = createMcpPool({ transport: tcp({ port: 1 }), minSize: 0 });
  await pool.close();
});
afterEach(resumeTime);

it('lets a client wait a little after a request that got no answer, lest it turn in circles', async () => {
  const outcomes: Outcome[] = collect(closedLoop(pool, plan, timer(1050)));
  expect(outcomes).toHaveLength(3);
  await elapse(99);
  expect(outcomes).toHaveLength(3);
  await elapse(1);
  expect(outcomes).toHaveLength(6);
  await elapse(5000);
  expect(outcomes).toHaveLength(33);
  expect(new Set(outcomes.map(({ failure }) => failure?.code))).toEqual(new Set(['POOL_CLOSED']));
});

it('sends as many requests as it is told to, be they fewer than the clients', async () => {
  const few = collect(closedLoop(pool, { ...plan, requests: 2 }, timer(5000)));
  const more = collect(closedLoop(pool, { ...plan, requests: 7 }, timer(5000)));
  await elapse(1000);
  expect([few.length, more.length]).toEqual([2, 7]);
});

it('sends requests of which the pool tells those who watch them', async () => {
  const seen: string[] = [];
  pool.watchRequests({ begin: ({ method }) => void seen.push(method) });
  collect(closedLoop(pool, { ...plan, requests: 2 }, timer(5000)));
  await elapse(1000);
  expect(seen).toEqual(['ping', 'ping']);
});
