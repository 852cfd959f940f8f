import { expect, it, vi } from 'vitest';
import { tellingPool } from '../support/open-pool.ts';
import { until } from '../support/until.ts';

it('completes a subscription that waits to be tried again when the pool is closed, and leaves no timer', async () => {
  const { pool, server } = await tellingPool({}, ({ id }, say) => {
    say({ id, error: { code: -32603, message: 'busy' } });
  });
  const complete = vi.fn();
  pool.resourceUpdates('file:///a').subscribe({ complete });
  // Four attempts: the next one is due in 400 ms.
  await until(() => server.asked.length === 4);
  await pool.client.ping();
  await pool.close();
  expect(complete).toHaveBeenCalledTimes(1);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(0);
});

it('completes a subscription that is lost with the pool, though it was renewed just now, before that is closed', async () => {
  const { pool, server } = await tellingPool();
  const complete = vi.fn();
  pool.resourceUpdates('file:///a').subscribe({ complete });
  for (const nth of [1, 2, 3, 4]) {
    await until(() => server.asked.length === nth);
    await pool.client.ping();
    if (nth < 4) for (const socket of server.sockets) socket.destroy();
  }
  await pool.close();
  expect(complete).toHaveBeenCalledTimes(1);
});
