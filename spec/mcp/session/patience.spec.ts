import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrontedServer, call } from '../../support/fronted-server.ts';

let server: FrontedServer;

beforeEach(async () => {
  server = await FrontedServer.open({ healthCheckIntervalMs: 0, idleTimeoutMs: 0 });
  await server.client.introduce();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

it('lets a call take as long as its client waits: two minutes, where the SDK has a limit of one', async () => {
  let answer = (): void => undefined;
  server.handles('tools/call', ({ id }, say) => {
    answer = () => say({ id, result: { content: [] } });
  });
  await server.client.begin('tools/call', call);
  while (server.calls.length === 0) await turn();
  vi.advanceTimersByTime(120_000);
  await turn();
  answer();
  while (server.client.heard.length < 2) await turn();
  expect(server.sent('notifications/cancelled')).toEqual([]);
  expect(server.client.heard.at(-1)).toMatchObject({ id: 2, result: { content: [] } });
});
