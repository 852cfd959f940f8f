import { UnauthorizedError } from '@modelcontextprotocol/client';
import { from, lastValueFrom, toArray } from 'rxjs';
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
import type { Asked } from '../../support/asking-tools.ts';
import { textOf } from '../../support/tool-call.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(carrier: Carrier, options?: Partial<McpPoolOptions>): Promise<AskingPool> {
  const opened = await openAskingPool(carrier, options);
  ends.push(() => opened.stop());
  return opened;
}

const everything: readonly Asked[] = ['sampling', 'elicitation', 'roots'];

const answersOf = (name: string): object => ({
  sampling: { model: name },
  elicitation: { action: 'accept', content: { name: `${name}: text` } },
  roots: { roots: [{ uri: `file:///${name}` }] },
});

describe.each(carriers)('what a server of the modern era asks, over %s,', (carrier) => {
  it('is answered by the handlers of the request, and the call completes', async () => {
    const { pool, tools } = await open(carrier);
    expect(await answerTo(pool, asks(everything), named('holder'))).toMatchObject(answersOf('holder'));
    expect(tools.calls).toBe(2);
  });

  it('is answered by the handlers of the pool, through the drop-in client too', async () => {
    const { pool } = await open(carrier, { handlers: named('pool'), clientOptions: {} });
    expect(await answerTo(pool, asks(everything))).toMatchObject(answersOf('pool'));
    const given = { name: 'ask', arguments: { asks: everything, text: 'text' } };
    expect(JSON.parse(textOf(await pool.client.callTool(given)))).toMatchObject(answersOf('pool'));
    const own = JSON.parse(textOf(await pool.client.callTool(given, { handlers: named('call') }))) as unknown;
    expect(own).toMatchObject(answersOf('call'));
  });

  it('is answered where connections are pinned', async () => {
    const { pool } = await open(carrier, { sharing: 'pinned', affinity: () => 'one', minSize: 0 });
    const request = withConnection(pool, (connection, asked: McpRequest) =>
      connection.request(asked, { handlers: named('pinned') }),
    );
    const answer = await lastValueFrom(from([asks(everything)]).pipe(request));
    expect(JSON.parse(textOf(answer))).toMatchObject(answersOf('pinned'));
  });

  it('reaches its own requester in 200 interleavings with 8 others', async () => {
    const { pool } = await open(carrier, { minSize: 9, maxSize: 9 });
    const names = Array.from({ length: 200 }, (_, i) => `requester ${i}`);
    const answers = await lastValueFrom(
      from(names).pipe(
        withConnection(pool, (connection, name) =>
          // Some are asked once more, so that they overtake each other.
          connection.request(asks(['elicitation'], name, 1 + (Number(name.split(' ')[1]) % 3)), {
            handlers: named(name),
          }),
        ),
        toArray(),
      ),
    );
    const told = answers.map((answer) => JSON.parse(textOf(answer)) as { elicitation: { content: { name: string } } });
    expect(told.map(({ elicitation }) => elicitation.content.name).sort()).toEqual(
      names.map((name) => `${name}: ${name}`).sort(),
    );
  });

  it('is refused where a connection is shared, in words that say so', async () => {
    const { pool } = await open(carrier, { sharing: 'multiplex' });
    await expect(answerTo(pool, asks(['sampling']))).rejects.toMatchObject({
      code: -32601,
      message: 'a shared connection cannot answer sampling: nobody knows whom it is for',
    });
    expect(pool.state).toMatchObject({ lost: 0, unhealthy: 0, active: 0 });
  });

  it('fails the request where nobody answers', async () => {
    const { pool } = await open(carrier);
    await expect(answerTo(pool, asks(['roots']))).rejects.toThrow('nobody answers roots now');
  });

  it('fails the request where a handler does, with its error as the cause, and asks nothing again', async () => {
    const { pool, tools } = await open(carrier);
    // Of this server it would say that the request was not processed, and may be asked again.
    const cause = new UnauthorizedError('no model');
    const failing: McpHandlers = {
      sampling: () => {
        throw cause;
      },
    };
    const given = { name: 'ask', arguments: { asks: ['sampling'], text: 'text' } };
    await expect(pool.client.callTool(given, { handlers: failing })).rejects.toMatchObject({
      code: 'MCP_HANDLER_FAILED',
      message: 'the handler sampling failed: no model',
      data: { handler: 'sampling' },
      cause,
    });
    expect(tools.calls).toBe(1);
    expect(pool.state).toMatchObject({ lost: 0, unhealthy: 0, active: 0, destroyed: 0 });
  });

  it('ends after ten rounds where a server asks for ever', async () => {
    const { pool, tools } = await open(carrier);
    await expect(answerTo(pool, asks(['roots'], 'text', 1000), named('patient'))).rejects.toMatchObject({
      code: 'INPUT_REQUIRED_ROUNDS_EXCEEDED',
      data: { rounds: 10 },
    });
    expect(tools.calls).toBe(11);
    expect(await answerTo(pool, asks(['roots']), named('next'))).toMatchObject({
      roots: { roots: [{ uri: 'file:///next' }] },
    });
  });
});
