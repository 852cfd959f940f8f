import { retry } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { tellingPool } from '../support/open-pool.ts';
import { accept, updated } from '../support/telling-server.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

it('subscribes once at the server for an observable that is listened to again and one that is new', async () => {
  const { pool, server } = await tellingPool();
  const old$ = pool.resourceUpdates(uri);
  old$.subscribe().unsubscribe();
  const heard = vi.fn();
  old$.subscribe(heard);
  const other = pool.resourceUpdates(uri).subscribe();
  await until(() => server.asked.length > 0);
  other.unsubscribe();
  await pool.client.ping();
  expect(server.asked).toEqual([`resources/subscribe ${uri}`]);
  server.say(updated(uri));
  await until(() => heard.mock.calls.length === 1);
});

it('subscribes once at the server for listeners who come back as soon as it refused', async () => {
  const { pool, server } = await tellingPool({}, (message, say, nth) => {
    if (nth > 1) accept(message, say);
    else say({ id: message.id, error: { code: -32601, message: 'not yet' } });
  });
  const heard = [vi.fn(), vi.fn()];
  for (const next of heard) pool.resourceUpdates(uri).pipe(retry(1)).subscribe(next);
  await until(() => server.asked.length === 2);
  pool.resourceUpdates(uri).subscribe();
  await pool.client.ping();
  expect(server.asked).toHaveLength(2);
  server.say(updated(uri));
  await until(() => heard.every(({ mock }) => mock.calls.length === 1));
});
