import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { openPool } from '../support/open-pool.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { until } from '../support/until.ts';

/** The first refresh takes a while to end, though nobody waits for it, and ends as `end` does. */
it.each([
  ['fails in the end', () => Promise.reject(new Error('given up')), 2],
  ['succeeds all the same', () => Promise.resolve(), 1],
])('does not fail who comes while it is given up, though it %s', async (_, end, refreshes) => {
  const server = await startHttpServer();
  onTestFinished(() => server.stop());
  server.gate = ({ headers }, response) => {
    if (headers.authorization === 'Bearer new') return false;
    response.writeHead(401).end();
    return true;
  };
  let token = 'new';
  let begun = 0;
  const onUnauthorized = async (): Promise<void> => {
    if (++begun === 1) {
      await sleep(300);
      await end();
    }
    token = 'new';
  };
  const authProvider = { token: () => Promise.resolve(token), onUnauthorized };
  const transport = streamableHttp({ url: server.url, authProvider });
  const pool = openPool({ transport, minSize: 2, maxSize: 2, healthCheckIntervalMs: 0 });
  await pool.ready();
  token = 'old';
  const abort = new AbortController();
  const first = rejectionOf(pool.client.listTools(undefined, { signal: abort.signal }));
  await until(() => begun === 1);
  abort.abort('no longer wanted');
  await first;
  expect((await pool.client.listTools()).tools.length).toBeGreaterThan(0);
  expect(begun).toBe(refreshes);
});
