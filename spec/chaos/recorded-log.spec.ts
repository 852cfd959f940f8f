import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { type PoolEvent, replay, withConnection } from '../../lib/index.ts';
import { readLog, recordTo } from '../../lib/log/index.ts';
import { createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { expectSound } from '../support/invariants.ts';
import { collect } from '../support/listen.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { callOf } from '../support/tool-call.ts';

const isEvent = (entry: { readonly type: string }): entry is PoolEvent =>
  entry.type !== 'snapshot' && entry.type !== 'dropped';

it('I1 I2 I13 I14 I15 hold after every event of a log from a run in which the server dies', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-log-'));
  const file = join(folder, 'pool.jsonl');
  let server = await startTcpServer();
  const { port } = server;
  const pool = createMcpPool({
    transport: tcp({ port }),
    minSize: 3,
    maxSize: 8,
    connectBackoff: { minMs: 20, maxMs: 100 },
    checkoutTimeoutMs: 2000,
  });
  const recording = lastValueFrom(pool.events$.pipe(recordTo(file)));
  const states = collect(pool.state$);
  const requests = Array.from({ length: 600 }, (_, i) =>
    i % 40 === 39 ? callOf('sleep', { ms: 30 }) : callOf('echo', { message: `${i}` }),
  );
  const outcomes$ = from(requests).pipe(withConnection(pool, undefined, { settle: true, concurrency: 20 }), toArray());
  const outcomes = lastValueFrom(outcomes$);
  await lastValueFrom(
    from([0, 1, 2]).pipe(withConnection(pool, (connection) => connection.request({ method: 'ping' }))),
  );
  await server.stop();
  server = await startTcpServer(port);
  const settled = await outcomes;
  await pool.close();
  const { events, dropped } = await recording;
  await server.stop();

  expect([settled.length, dropped, events]).toEqual([600, 0, pool.state.version]);
  const log = [...readLog(file)].filter(isEvent);
  expect(log.some(({ type }) => type === 'down')).toBe(true);
  let state = replay([]);
  const after: unknown[] = [];
  for (const event of log) {
    state = replay([event], state);
    expectSound(state);
    after.push(state.toJSON());
  }
  const live = new Map(states.map((each) => [each.version, JSON.stringify(each)]));
  for (const [i, json] of after.entries()) {
    const expected = live.get(i + 1);
    if (expected !== undefined) expect(JSON.stringify(json)).toBe(expected);
  }
  expect(live.size).toBeGreaterThan(1000);
  await rm(folder, { recursive: true });
}, 60_000);
