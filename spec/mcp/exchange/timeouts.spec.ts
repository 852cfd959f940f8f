import { describe, expect, it, onTestFinished } from 'vitest';
import { tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

async function calling(timeout: number): Promise<unknown> {
  const server = await startLineServer((message, say) => {
    const { id, method } = message;
    if (method === 'tools/call') setTimeout(say, 100, { id, result: { content: [] } });
    else answer(message, initialising(), say);
  });
  onTestFinished(() => server.stop());
  const pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
  return pool.client.callTool({ name: 'x' }, { timeout });
}

describe('a timeout', () => {
  it.each([Infinity, 2 ** 31, 1e12, NaN])('of %d ms is none', async (timeout) => {
    expect(await calling(timeout)).toEqual({ content: [] });
  });

  it.each([-1, 0, 20])('of %d ms ends the request long before its answer', async (timeout) => {
    await expect(calling(timeout)).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', data: { timeout } });
  });
});
