import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type McpPool, tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';

/** The page that is listed for a cursor; `undefined` for the first. */
let pageOf: (cursor: string | undefined) => { readonly names: readonly string[]; readonly next?: unknown };
let asked: unknown[];
let pool: McpPool;

beforeEach(async () => {
  asked = [];
  const capabilities = { tools: {}, prompts: {}, resources: {} };
  const initialize = {
    result: { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'pages', version: '1.0.0' } },
  };
  const server = await startLineServer((message, say) => {
    const { id, method, params } = message;
    const kind = /^(\w+)\/(?:templates\/)?list$/.exec(method)?.[1];
    if (kind === undefined) {
      answer(message, { ...initialising(), initialize }, say);
      return;
    }
    const cursor = params?.['cursor'] as string | undefined;
    asked.push(cursor);
    const { names, next } = pageOf(cursor);
    const items = names.map((name) => ({ name, inputSchema: { type: 'object' }, uri: name, uriTemplate: name }));
    const list = method === 'resources/templates/list' ? 'resourceTemplates' : kind;
    say({ id, result: { [list]: items, ...(next !== undefined && { nextCursor: next }) } });
  });
  onTestFinished(() => server.stop());
  pool = openPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
});

const names = async (): Promise<string[]> => (await pool.client.listTools()).tools.map(({ name }) => name);

describe('a list', () => {
  it('is read to its last page', async () => {
    pageOf = (cursor = '0') => ({ names: [cursor], ...(cursor < '3' && { next: String(Number(cursor) + 1) }) });
    expect(await names()).toEqual(['0', '1', '2', '3']);
    expect(asked).toEqual([undefined, '1', '2', '3']);
  });

  it('ends where a cursor comes back, and what the last page repeats is left out', async () => {
    pageOf = () => ({ names: ['a'], next: '8' });
    expect(await names()).toEqual(['a']);
    expect(asked).toEqual([undefined, '8']);
  });

  it('ends where a page names itself, which has something new', async () => {
    pageOf = (cursor) => ({ names: cursor === undefined ? ['a'] : ['b'], next: '8' });
    expect(await names()).toEqual(['a', 'b']);
    expect(asked).toHaveLength(2);
  });

  it('ends where its pages go round in a circle', async () => {
    const next: Record<string, string> = { a: 'b', b: 'c', c: 'a' };
    pageOf = (cursor) => ({ names: [cursor ?? 'first'], next: next[cursor ?? 'c'] });
    expect(await names()).toEqual(['first', 'a', 'b', 'c']);
  });

  it.each([null, ''])('ends where the next cursor is %j', async (next) => {
    pageOf = () => ({ names: ['a'], next });
    expect(await names()).toEqual(['a']);
    expect(asked).toHaveLength(1);
  });

  it('fails after 64 pages where each names another one', async () => {
    pageOf = (cursor = '0') => ({ names: [cursor], next: String(Number(cursor) + 1) });
    await expect(names()).rejects.toThrow('exceeded listMaxPages (64)');
    expect(asked).toHaveLength(64);
  });

  it('is one page, as the server sent it, for whoever names a cursor', async () => {
    pageOf = () => ({ names: ['a'], next: '8' });
    expect(await pool.client.listTools({ cursor: '8' })).toMatchObject({ nextCursor: '8' });
    expect(asked).toEqual(['8']);
  });
});

it.each(['listPrompts', 'listResources', 'listResourceTemplates'] as const)('%s ends in the same way', async (list) => {
  pageOf = () => ({ names: ['a'], next: '8' });
  const found = await pool.client[list]();
  expect(Object.values(found).filter(Array.isArray)).toEqual([[expect.objectContaining({ name: 'a' })]]);
  expect(asked).toEqual([undefined, '8']);
});
