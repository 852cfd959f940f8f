import { firstValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { SentRequests } from '../../../lib/mcp/transport/sent-requests.ts';
import { createMcpPool, tcp } from '../../../lib/mcp/index.ts';
import { type Message, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

const cancelled = (requestId: number | string) =>
  ({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }) as const;
const request = (id: number | string, method = 'tools/call') => ({ jsonrpc: '2.0', id, method }) as const;
const result = (id: number | string) => ({ jsonrpc: '2.0', id, result: {} }) as const;
const failure = (id: number | string) => ({ jsonrpc: '2.0', id, error: { code: -1, message: 'no' } }) as const;

describe('SentRequests', () => {
  it('counts an answer that comes after the cancellation, of either kind', () => {
    const requests = new SentRequests();
    for (const message of [cancelled(1), cancelled(2), cancelled('three')]) requests.sent(message);
    const kinds = [result(1), failure(2), result('three')].map((one) => requests.received(one));
    expect(kinds).toEqual(['late', 'late', 'late']);
    expect(requests.lateAnswers).toBe(3);
  });

  it('tells answers to what is open from those to nothing, to what was answered and to what was cancelled', () => {
    const requests = new SentRequests();
    expect(requests.received(result(1))).toBe('stray');
    for (const message of [request(1), request(2), request('three'), request(4, 'ping'), cancelled(1)])
      requests.sent(message);
    const answers = [result(2), result(2), result('three'), result(4), result(4), result('1'), result(1), result(1)];
    expect(answers.map((one) => requests.received(one))).toEqual([
      'answer',
      'stray',
      'answer',
      'answer',
      'stray',
      'stray',
      'late',
      'stray',
    ]);
    expect(requests.lateAnswers).toBe(1);
  });

  it.each([undefined, null, true, [1], { id: 1 }, 1.5, '01', '1.0', ' 1', '0x1', ''])(
    'takes an answer with the id %j for nothing that was asked',
    (id) => {
      const requests = new SentRequests();
      for (const asked of [0, 1]) requests.sent(request(asked));
      const foreign = { jsonrpc: '2.0', id, result: {} } as never;
      expect(requests.received(requests.asAsked(foreign))).toBe('stray');
      expect(requests.open).toEqual([0, 1]);
    },
  );

  it('leaves alone what the server asks, though it counts its requests like the client', () => {
    const requests = new SentRequests();
    requests.sent(cancelled(1));
    expect(requests.received({ jsonrpc: '2.0', id: 1, method: 'ping' })).toBe('own');
    expect(requests.received(result(1))).toBe('late');
  });

  it('knows those that are open: neither answered, cancelled nor failed', () => {
    const requests = new SentRequests();
    for (const id of [1, 2, 3, 4, 'five']) requests.sent(request(id));
    requests.sent(cancelled(1));
    expect(requests.received(result(2))).toBe('answer');
    requests.failed(request(3));
    // An answer to the server's own request 4, which could not be sent.
    requests.failed(result(4));
    expect(requests.open).toEqual([4, 'five']);
  });

  it('does not count as open what may outlast a lease, nor waits for its answer', () => {
    const requests = new SentRequests();
    const outlasting = ['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'resources/unsubscribe'];
    for (const [id, method] of outlasting.entries()) requests.sent(request(id, method));
    requests.sent(cancelled(1));
    expect([requests.open, requests.answered$]).toEqual([[], undefined]);
  });

  it('waits for the answers to those that were cancelled, but not where they were withdrawn', () => {
    const requests = new SentRequests();
    for (const id of [1, 2]) requests.sent(request(id));
    for (const id of [1, 2]) requests.sent(cancelled(id));
    const complete = vi.fn();
    requests.answered$?.subscribe({ complete });
    expect([requests.withdraw(request(1)), requests.withdraw(request(1)), requests.withdraw(cancelled(2))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(complete).not.toHaveBeenCalled();
    requests.received(result(2));
    expect(complete).toHaveBeenCalledOnce();
    expect(requests.lateAnswers).toBe(1);
  });

  it('I13 remembers the last thousand', () => {
    const requests = new SentRequests();
    for (let id = 0; id < 1500; id++) requests.sent(cancelled(id));
    const late = Array.from({ length: 1500 }, (_, id) => requests.received(result(id)));
    expect(late.filter((kind) => kind === 'late')).toHaveLength(1000);
    expect(late.indexOf('late')).toBe(500);
  });
});

describe('an id of which a server has made a string', () => {
  it('is that of the request, open or cancelled, whatever it asked', () => {
    const requests = new SentRequests();
    for (const message of [request(1), request(2, 'ping'), request(3), cancelled(3)]) requests.sent(message);
    const answers = [result('1'), failure('2'), result('3')].map((one) => requests.asAsked(one));
    expect(answers).toEqual([result(1), failure(2), result(3)]);
    expect(answers.map((one) => requests.received(one))).toEqual(['answer', 'answer', 'late']);
    expect(requests.open).toEqual([]);
  });

  it('stays as it is where a request has it, and is never taken for another one after that', () => {
    const requests = new SentRequests();
    for (const id of [5, '5', 'rx-mcp-pool:initialize:1']) requests.sent(request(id));
    const answers = ['rx-mcp-pool:initialize:1', '5', '5'].map((id) => requests.asAsked(result(id)));
    expect(answers.map((one) => requests.received(one))).toEqual(['answer', 'answer', 'stray']);
    expect(requests.open).toEqual([5]);
  });

  it('stays as it is in what the server asks of us', () => {
    const requests = new SentRequests();
    requests.sent(request(5));
    const question = request('5', 'ping');
    expect(requests.asAsked(question)).toBe(question);
  });
});

describe('I17 an answer to a cancelled request', () => {
  it('is dropped and counted, and the next request gets its own', async () => {
    const held: Message[] = [];
    const server = await startLineServer((message, say) => {
      if (message.method === 'slow') held.push(message);
      // The cancellation is what makes this server answer.
      else if (message.method === 'notifications/cancelled') say({ id: held[0]?.id, result: { of: 'slow' } });
      else answer(message, { ...initialising(), quick: { result: { of: 'quick' } } }, say);
    });
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
    const told: Error[] = [];
    const seen = await pool.use(async (connection) => {
      connection.client.onerror = (error) => told.push(error);
      const slow = connection.request({ method: 'slow' }).subscribe();
      await firstValueFrom(connection.request({ method: 'quick' }));
      slow.unsubscribe();
      const next = await firstValueFrom(connection.request({ method: 'quick' }));
      return { next, lateAnswers: connection.lateAnswers };
    });
    expect(seen).toEqual({ next: { of: 'quick' }, lateAnswers: 1 });
    expect(told).toEqual([]);
    await pool.close();
    await server.stop();
  });

  it('is one also where the request has timed out', async () => {
    const server = await startLineServer((message, say) => {
      if (message.method !== 'slow') answer(message, initialising(), say);
      else
        setTimeout(() => {
          say({ id: message.id, result: {} });
        }, 50);
    });
    const pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1 });
    const lateAnswers = await pool.use(async (connection) => {
      const slow = firstValueFrom(connection.request({ method: 'slow' }, { timeout: 10 }));
      await expect(slow).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
      while (connection.lateAnswers === 0) await firstValueFrom(connection.check());
      return connection.lateAnswers;
    });
    expect(lateAnswers).toBe(1);
    await pool.close();
    await server.stop();
  });
});
