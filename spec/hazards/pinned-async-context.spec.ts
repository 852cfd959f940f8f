import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { type McpTransport, tcp } from '../../lib/mcp/index.ts';
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
  const transport = tcp({ port: server.port });
  const create: McpTransport['create'] = (needs) => {
    const one = transport.create(needs);
    const carry = one.carry.bind(one);
    one.carry = (request, text) => {
      seen.push(caller.getStore());
      carry(request, text);
    };
    return one;
  };
  const pool = openPool({
    transport: { ...transport, create },
    maxSize: 1,
    sharing: 'pinned',
    affinity: () => 'a',
    healthCheckIntervalMs: 20,
  });
  await pool.ready();
  seen.length = 0;
  expect(await caller.run('a', () => pool.use(() => Promise.resolve(caller.getStore()), { key: 'a' }))).toBe('a');
  await until(() => seen.length > 1);
  expect(new Set(seen)).toEqual(new Set([undefined]));
});
