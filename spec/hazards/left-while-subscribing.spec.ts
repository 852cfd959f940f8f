import { expect, it, onTestFinished } from 'vitest';
import { streamableHttp } from '../../lib/mcp/index.ts';
import { startHttpServer } from '../support/http-server.ts';
import { openPool, tellingPool } from '../support/open-pool.ts';
import type { Say } from '../support/line-server.ts';
import { until } from '../support/until.ts';

const uri = 'file:///a';

it('asks nothing of the server for a listener who left while it waited for a connection', async () => {
  const { pool, server } = await tellingPool({ minSize: 0 });
  const subscription = pool.resourceUpdates(uri).subscribe();
  expect(pool.state.waiting).toBe(1);
  subscription.unsubscribe();
  expect(pool.state.waiting).toBe(0);
  await pool.client.ping();
  expect(server.asked).toEqual([]);
});

it('asks nothing of the server for a listener who left in the tick in which he came', async () => {
  const { pool, server } = await tellingPool();
  await pool.ready();
  pool.resourceUpdates(uri).subscribe().unsubscribe();
  await pool.client.ping();
  expect(server.asked).toEqual([]);
});

it('unsubscribes for a listener who left while the server was being asked, and gives the connection back', async () => {
  const answers: (() => void)[] = [];
  const { pool, server } = await tellingPool({}, ({ id }, say: Say) => {
    answers.push(() => {
      say({ id, result: {} });
    });
  });
  const subscription = pool.resourceUpdates(uri).subscribe();
  await until(() => answers.length === 1);
  subscription.unsubscribe();
  await until(() => answers.length === 2);
  for (const answer of answers) answer();
  await pool.client.ping();
  expect(server.asked).toEqual([`resources/subscribe ${uri}`, `resources/unsubscribe ${uri}`]);
});

it('leaves no stream open for a listener who left while the server was being asked', async () => {
  const server = await startHttpServer();
  onTestFinished(() => server.stop());
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  server.gate = async (_request, _response, body) => {
    if (body.includes('subscriptions/listen')) await held;
    return false;
  };
  const pool = openPool({ transport: streamableHttp({ url: server.url }), era: 'modern', minSize: 1, maxSize: 1 });
  const subscription = pool.listChanges('tools').subscribe();
  await until(() => server.log.includes('POST subscriptions/listen'));
  subscription.unsubscribe();
  goOn();
  await pool.client.listTools();
  await until(() => server.underWay() === 0);
});
