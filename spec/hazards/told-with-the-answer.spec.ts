import { expect, it, vi } from 'vitest';
import { tellingPool } from '../support/open-pool.ts';
import { accept, updated } from '../support/telling-server.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

it.each(['behind', 'before'])('hears of a change that is told %s the answer to its subscription', async (place) => {
  const { pool, server } = await tellingPool({}, (message, say) => {
    if (place === 'before') say(updated(uri));
    accept(message, say);
    if (place === 'behind') say(updated(uri));
  });
  const heard = vi.fn();
  pool.resourceUpdates(uri).subscribe(heard);
  await until(() => server.asked.length === 1);
  // An answer shows that all that was told before it has come.
  await pool.client.ping();
  expect(heard.mock.calls).toEqual([[uri]]);
});
