import { afterEach, describe, expect, it } from 'vitest';
import type { McpPoolOptions } from '../../../lib/mcp/index.ts';
import type { BareClient } from '../../support/bare-client.ts';
import { FrontedServer, call } from '../../support/fronted-server.ts';
import { until } from '../../support/until.ts';

let server: FrontedServer;
let client: BareClient;
afterEach(() => server.stop());

async function open(options?: Partial<McpPoolOptions>): Promise<void> {
  server = await FrontedServer.open(options);
  ({ client } = server);
}

describe('what a server asks', () => {
  it('is asked of the client that the call is of, by ids of its session', async () => {
    await open({ maxSize: 2 });
    await client.introduce({ sampling: {} });
    server.asks('sampling/createMessage');
    await Promise.all([client.begin('tools/call', call), client.begin('tools/call', call)]);
    await until(() => client.told('sampling/createMessage').length === 2);
    const questions = client.told('sampling/createMessage');
    expect(questions.map(({ id }) => id)).toEqual(['question-1', 'question-2']);
    for (const { id, params } of questions) await client.say({ id, result: { for: params } });
    const answers = (): unknown[] => client.heard.filter((message) => JSON.stringify(message).includes('said'));
    await until(() => answers().length === 2);
    expect(answers()).toMatchObject([
      { result: { said: { for: { of: 0 } } } },
      { result: { said: { for: { of: 1 } } } },
    ]);
  });

  it('has no id that a request of the client has, for which some clients would take it for the answer', async () => {
    await open();
    await client.introduce({ sampling: {} });
    server.asks('sampling/createMessage');
    const ids = await Promise.all(Array.from({ length: 3 }, () => client.begin('tools/call', call)));
    await until(() => client.told('sampling/createMessage').length === 1);
    const [question] = client.told('sampling/createMessage');
    expect(ids).not.toContain(question?.['id']);
    expect(typeof question?.['id']).toBe('string');
  });

  it('is refused by the client where it says so', async () => {
    await open();
    await client.introduce({ sampling: {} });
    server.asks('sampling/createMessage');
    await client.begin('tools/call', call);
    await until(() => client.told('sampling/createMessage').length === 1);
    await client.say({ id: 'question-1', error: { code: -1, message: 'rejected', data: { a: 1 } } });
    await until(() => client.heard.length === 3);
    const said = { code: -1, message: 'rejected', data: { a: 1 } };
    expect(client.heard.at(-1)).toMatchObject({ result: { said } });
  });

  it('is not asked of a client that has not announced it', async () => {
    await open();
    await client.introduce({ sampling: {} });
    server.asks('roots/list');
    expect(await client.ask('tools/call', call)).toMatchObject({ result: { said: { code: -32_601 } } });
    expect(client.told('roots/list')).toEqual([]);
  });

  it('is answered by the handlers of the pool, where the client does not', async () => {
    await open({ handlers: { roots: () => ({ roots: [{ uri: 'file:///a' }] }) } });
    await client.introduce();
    server.asks('roots/list');
    expect(await client.ask('tools/call', call)).toMatchObject({ result: { said: { roots: [{ uri: 'file:///a' }] } } });
  });

  it('is taken back when the client cancels its request', async () => {
    await open();
    await client.introduce({ sampling: {} });
    server.asks('sampling/createMessage');
    const requestId = await client.begin('tools/call', call);
    await until(() => client.told('sampling/createMessage').length === 1);
    await client.say({ method: 'notifications/cancelled', params: { requestId } });
    expect(client.told('notifications/cancelled')).toMatchObject([{ params: { requestId: 'question-1' } }]);
    await client.say({ id: 'question-1', result: { late: true } });
    await until(() => server.received.some(({ id }) => id === 'q'));
    expect(server.received.find(({ id }) => id === 'q')).toMatchObject({ error: { code: -32_601 } });
  });

  it('is refused where connections are shared, and logs are not promised', async () => {
    await open({ sharing: 'multiplex' });
    expect(await client.introduce({ roots: {} })).not.toHaveProperty('capabilities.logging');
    expect(await client.ask('logging/setLevel', { level: 'debug' })).toMatchObject({ error: { code: -32_601 } });
    server.asks('roots/list');
    expect(await client.ask('tools/call', call)).toMatchObject({ result: { said: { code: -32_601 } } });
  });
});
