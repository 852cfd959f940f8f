import { afterEach, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';

let server: FrontedGateway;
afterEach(() => server.stop());

it('are no more than may be: whoever comes then is told to try later', async () => {
  server = await FrontedGateway.open('legacy', { gateway: { sessions: { max: 1 } } });
  const [first, second] = [server.client, server.anotherClient()];
  await first.introduce();
  const { status, headers, messages } = await second.introduce();
  expect([status, headers['retry-after']]).toEqual([503, '5']);
  expect(messages).toMatchObject([{ error: { message: 'there are too many sessions' } }]);
  await first.post(undefined, { method: 'DELETE' });
  expect(await second.introduce()).toMatchObject({ status: 200 });
});

it('end when they have asked for nothing for long, whatever stream they hold open', async () => {
  server = await FrontedGateway.open('legacy', { gateway: { sessions: { idleMs: 100 } } });
  const { client } = server;
  await client.introduce();
  const stream = await client.send(undefined, { method: 'GET' });
  await stream.over;
  expect(await client.post(client.request('ping'))).toMatchObject({ status: 404 });
});

it('do not end while a request is open', async () => {
  server = await FrontedGateway.open('legacy', { gateway: { sessions: { idleMs: 500 } }, pool: { maxSize: 2 } });
  const { client } = server;
  await client.introduce();
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => (answer = () => say({ id, result: { content: [] } })));
  const sent = client.ask('tools/call', { name: 'x' });
  const idle = server.anotherClient();
  await idle.introduce();
  const stream = await idle.send(undefined, { method: 'GET' });
  await stream.over;
  answer();
  expect(await sent).toMatchObject({ result: { content: [] } });
});
