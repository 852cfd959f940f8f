import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { tcp } from '../../lib/mcp/index.ts';
import { startLineServer } from '../support/line-server.ts';
import { openPool } from '../support/open-pool.ts';
import { answer, initialising } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

const caller = new AsyncLocalStorage<string>();

it('checks what is pinned in the context of the pool, whoever pinned it', async () => {
  const server = await startLineServer((message, say) => {
    answer(message, initialising(), say);
  });
  onTestFinished(() => server.stop());
  const seen: unknown[] = [];
  const watch = (client: object): void => {
    const request = Reflect.get(client, 'request') as (...args: unknown[]) => unknown;
    Object.assign(client, {
      request: (...args: unknown[]): unknown => {
        seen.push(caller.getStore());
        return request.apply(client, args);
      },
    });
  };
  const pool = openPool({
    transport: tcp({ port: server.port }),
    maxSize: 1,
    sharing: 'pinned',
    affinity: () => 'a',
    healthCheckIntervalMs: 20,
    onClient: watch,
  });
  await pool.ready();
  seen.length = 0;
  expect(await caller.run('a', () => pool.use(() => Promise.resolve(caller.getStore()), { key: 'a' }))).toBe('a');
  await until(() => seen.length > 1);
  expect(new Set(seen)).toEqual(new Set([undefined]));
});
