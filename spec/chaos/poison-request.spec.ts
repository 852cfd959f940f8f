import { lastValueFrom, map, range, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../lib/index.ts';
import { type McpPool, type McpRetryOptions, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { dyingProgram } from '../support/dying-server.ts';
import { callOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';

const answers = {
  'resources/read': { result: { contents: [] } },
  'tools/call': { result: { content: [{ type: 'text', text: 'done' }] } },
};

let pool: McpPool;

afterEach(() => pool.close());

async function open(retry: McpRetryOptions = {}): Promise<void> {
  pool = createMcpPool({ transport: stdio(dyingProgram(answers)), minSize: 4, maxSize: 4, maxConnecting: 4, retry });
  await pool.ready();
}

describe('a server that dies on one particular request', () => {
  it('loses two connections, not three, where it is a read, which is never refused; everyone else is served', async () => {
    await open();
    const deadly = () => pool.client.readResource({ uri: 'file:///DEADLY' });
    const others = lastValueFrom(
      range(0, 60).pipe(
        map((i) => callOf('work', { i })),
        withConnection(pool, undefined, { concurrency: 2 }),
        toArray(),
      ),
    );
    await expect(deadly()).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
    expect(await others).toHaveLength(60);
    expect(pool.state.lost).toBe(2);
    expect((await pool.client.readResource({ uri: 'file:///fine' })).contents).toEqual([]);
    await until(() => pool.state.idle === 4);
    expect(pool.state.lost).toBe(2);
  });

  it('loses as many where it is a call that its callers retry by themselves, and is told the cause but no parameter', async () => {
    await open();
    const deadly = () =>
      pool.client.callTool({ name: 'work', arguments: { secret: 'DEADLY' } }).catch((e: unknown) => e);
    const errors = [await deadly(), await deadly(), await deadly()];
    const unknown = { code: 'MCP_OUTCOME_UNKNOWN', data: { method: 'tools/call', tool: 'work' } };
    const poison = { code: 'MCP_POISON_REQUEST', data: { tool: 'work' }, cause: { code: 'POOL_CONNECTION_LOST' } };
    expect(errors).toMatchObject([unknown, unknown, poison]);
    expect(String(errors[2])).toContain('the server exited with code 9');
    expect(JSON.stringify(errors) + errors.map(String).join()).not.toContain('DEADLY');
    expect(pool.state.lost).toBe(2);
  });

  it('loses as many where the pool retries it, since the tool is trusted', async () => {
    await open({ trustToolHints: () => true });
    const deadly = () => pool.client.callTool({ name: 'work', arguments: { secret: 'DEADLY' } });
    for (let i = 0; i < 2; i++) await expect(deadly()).rejects.toMatchObject({ code: 'MCP_POISON_REQUEST' });
    expect(pool.state.lost).toBe(2);
  });
});
