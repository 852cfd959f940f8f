import { from } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import type { McpHandlers, McpPoolOptions, McpRequest } from '../../../lib/mcp/index.ts';
import {
  type AskingPool,
  type Carrier,
  answerTo,
  asks,
  carriers,
  named,
  openAskingPool,
} from '../../support/asking-pool.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(carrier: Carrier, options?: Partial<McpPoolOptions>): Promise<AskingPool> {
  const opened = await openAskingPool(carrier, options);
  ends.push(() => opened.stop());
  return opened;
}

describe.each(carriers)('a request whose handler is at work, over %s,', (carrier) => {
  const never = new Promise<never>(() => undefined);

  /** A handler that does not end by itself, and what it is told. */
  function deaf(): { readonly handlers: McpHandlers; readonly signal: Promise<AbortSignal> } {
    let tell: (signal: AbortSignal) => void;
    const signal = new Promise<AbortSignal>((resolve) => (tell = resolve));
    const sampling: McpHandlers['sampling'] = (_, context) => {
      tell(context.signal);
      return never;
    };
    return { handlers: { sampling }, signal };
  }

  it('tells it when the subscriber leaves, and the connection serves the next', async () => {
    const { pool, tools } = await open(carrier, { maxSize: 1 });
    const { handlers, signal } = deaf();
    const request = withConnection(pool, (connection, asked: McpRequest) => connection.request(asked, { handlers }));
    const subscription = from([asks(['sampling'])])
      .pipe(request)
      .subscribe();
    const told = await signal;
    expect(told.aborted).toBe(false);
    subscription.unsubscribe();
    expect(told.aborted).toBe(true);
    expect(await answerTo(pool, asks(['sampling']), named('next'))).toMatchObject({ sampling: { model: 'next' } });
    expect(tools.calls).toBe(3);
    expect(pool.state).toMatchObject({ destroyed: 0, connects: 1 });
  });

  it('ends when its signal is aborted, though the handler does not listen', async () => {
    const { pool } = await open(carrier, { maxSize: 1 });
    const { handlers, signal } = deaf();
    const abort = new AbortController();
    const options = { handlers, signal: abort.signal };
    const call = pool.use((connection) => connection.request(asks(['sampling']), options));
    const ended = expect(call).rejects.toThrow('changed my mind');
    const told = await signal;
    abort.abort(new Error('changed my mind'));
    await ended;
    expect(told.aborted).toBe(true);
  });

  it('tells it when the connection dies', async () => {
    const { pool } = await open(carrier, { maxSize: 1, retry: false });
    const { handlers, signal } = deaf();
    const call = pool.client.callTool(
      { name: 'ask', arguments: { asks: ['sampling'], text: 'text' } },
      {
        handlers,
      },
    );
    const ended = expect(call).rejects.toThrow();
    const told = await signal;
    await pool.close({ timeoutMs: 0 });
    await ended;
    expect(told.aborted).toBe(true);
  });
});
