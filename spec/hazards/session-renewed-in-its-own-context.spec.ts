import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { openPool } from '../support/open-pool.ts';
import { until } from '../support/until.ts';

const caller = new AsyncLocalStorage<string>();

it('begins a session anew in the context of the pool, not of whoever met the end of the old one', async () => {
  const server = await startHttpServer();
  onTestFinished(() => server.stop());
  const seen: string[] = [];
  const watched: typeof fetch = (url, init) => {
    const { method } = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as { method?: string };
    seen.push(`${method ?? 'GET'} for ${caller.getStore() ?? 'the pool'}`);
    return fetch(url, init);
  };
  const transport = streamableHttp({ url: server.url, fetch: watched });
  // Whoever looks at the clients may listen to what the server says unasked.
  const onClient = (): void => undefined;
  const pool = openPool({ transport, minSize: 1, maxSize: 1, healthCheckIntervalMs: 0, onClient });
  await pool.ready();
  await until(() => seen.length === 3);
  server.sessions.clear();
  seen.length = 0;
  await caller.run('a', () => pool.client.listTools());
  await until(() => seen.length === 5);
  expect(seen.toSorted()).toEqual([
    'GET for the pool',
    'initialize for the pool',
    'notifications/initialized for the pool',
    'tools/list for a',
    'tools/list for a',
  ]);
});
