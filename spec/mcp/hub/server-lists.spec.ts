import { expect, it, onTestFinished } from 'vitest';
import { listingServer, openHub, reaching, toolsOf } from '../../support/hub.ts';
import { type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

it('keeps others waiting once for a server that hangs, and what nobody wants any more does not wait at all', async () => {
  const silent = await startLineServer(() => undefined);
  onTestFinished(() => silent.stop());
  const good = await listingServer({ tools: ['x'], resources: ['file:///a'] });
  const hub = openHub({ good: reaching(good), silent: reaching(silent) }, { listTimeoutMs: 2000 });
  const early = hub.client.listTools(undefined, { signal: AbortSignal.timeout(50) });
  await expect(early).rejects.toMatchObject({ name: 'TimeoutError' });
  const elsewhere = hub.client.readResource({ uri: 'file:///b' }, { signal: AbortSignal.timeout(50) });
  await expect(elsewhere).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await toolsOf(hub)).toEqual(['good__x']);
  const before = performance.now();
  for (let n = 0; n < 5; n++) {
    expect(await toolsOf(hub)).toEqual(['good__x']);
    expect((await hub.client.readResource({ uri: 'file:///a' })).contents).toHaveLength(1);
  }
  expect(performance.now() - before).toBeLessThan(2000);
});

it('says which list cannot be read, has the others, and reads each once for each change', async () => {
  const asked: string[] = [];
  const says: Say[] = [];
  const { initialize, ping } = initialising();
  const capabilities = { tools: { listChanged: true }, prompts: {} };
  const server = await startLineServer((message, say) => {
    const { id, method } = message;
    asked.push(method);
    if (method === 'notifications/initialized') says.push(say);
    if (method === 'tools/list') say({ id, result: { tools: [{ name: 'x', inputSchema: { type: 'object' } }] } });
    else if (method === 'prompts/list') say({ id, error: { code: -32603, message: 'no prompts today' } });
    else {
      const result = { ...(initialize?.['result'] as object), capabilities };
      answer(message, { initialize: { result }, ...(ping && { ping }) }, say);
    }
  });
  onTestFinished(() => server.stop());
  const hub = openHub({ half: reaching(server) });
  expect(await toolsOf(hub)).toEqual(['x']);
  expect(hub.servers).toMatchObject([{ status: 'up', tools: 1, error: { message: 'no prompts today' } }]);
  const times = (method: string): number => asked.filter((each) => each === method).length;
  await until(() => times('prompts/list') >= 4);
  const before = times('tools/list');
  says[0]?.({ method: 'notifications/tools/list_changed' });
  await until(() => times('tools/list') > before);
  // An answer later, more would have come.
  await hub.pool('half').client.ping();
  await hub.pool('half').client.ping();
  expect(times('tools/list') - before).toBeLessThanOrEqual(2);
});
