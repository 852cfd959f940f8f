import { type ClientOptions, InMemoryResponseCacheStore } from '@modelcontextprotocol/client';
import { of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type McpEra,
  type McpPool,
  type McpPoolOptions,
  createMcpPool,
  createMcpPoolFamily,
  tcp,
} from '../../../lib/mcp/index.ts';
import { type LineServer, type Say, startLineServer } from '../../support/line-server.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';

/** What may be kept for a minute, by whoever may read it. */
const kept = { resultType: 'complete', ttlMs: 60_000, cacheScope: 'private' };
const capabilities = { tools: {}, resources: {} };
const serverInfo = { name: 'notes', version: '1.0.0' };
const _meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
const begun = {
  ...initialising(),
  'server/discover': { result: { ...kept, supportedVersions: ['2026-07-28'], capabilities, _meta } },
};

let server: LineServer;
let lists: number;
/** What the server calls itself from now on. */
let version: string;
let pool: McpPool;
const ends: (() => Promise<unknown>)[] = [];

/** Answers each connection with what is only for that one. */
beforeEach(async () => {
  lists = 0;
  version = '1.0.0';
  const names = new Map<unknown, string>();
  server = await startLineServer((message, say: Say, socket) => {
    const { id, method, params } = message;
    const name = names.get(socket) ?? `c${names.size + 1}`;
    names.set(socket, name);
    if (method === 'initialize') {
      say({ id, result: { protocolVersion: '2025-06-18', capabilities, serverInfo: { ...serverInfo, version } } });
    } else if (method === 'tools/list') {
      lists++;
      say({ id, result: { ...kept, tools: [{ name, inputSchema: { type: 'object' } }] } });
    } else if (method === 'resources/read') {
      say({ id, result: { ...kept, contents: [{ uri: params?.['uri'], text: name }] } });
    } else answer(message, begun, say);
  });
  ends.push(() => server.stop());
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function open(options: Partial<McpPoolOptions>): void {
  pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 4, ...options });
  ends.push(() => pool.close());
}

async function read(from: McpPool, user?: string): Promise<[string | undefined, string | undefined]> {
  const given = user === undefined ? {} : { _meta: { user } };
  const { contents } = await from.client.readResource({ uri: 'mem://mine', ...given });
  const { tools } = await from.client.listTools(given);
  return [Reflect.get(contents[0] ?? {}, 'text') as string | undefined, tools[0]?.name];
}

const userOf = (request: { readonly params?: Readonly<Record<string, unknown>> }): string =>
  String(Reflect.get(Object(request.params?.['_meta']) as object, 'user'));

describe.each<[McpEra, string, () => ClientOptions]>([
  ['legacy', 'no store is given', () => ({})],
  ['modern', 'no store is given', () => ({})],
  ['legacy', 'the user gives a store', () => ({ responseCacheStore: new InMemoryResponseCacheStore() })],
  ['modern', 'the user gives a store', () => ({ responseCacheStore: new InMemoryResponseCacheStore() })],
])('I19 what was read (%s), where %s,', (era, _, options) => {
  it('is kept for the pin that read it, and for no other', async () => {
    open({ era, clientOptions: options(), sharing: 'pinned', affinity: userOf, minSize: 0 });
    const [a, b] = [await read(pool, 'a'), await read(pool, 'b')];
    expect(new Set([...a, ...b]).size).toBe(2);
    expect(await read(pool, 'a')).toEqual(a);
    expect(lists).toBe(2);
  });

  it('is kept for the endpoint that it came from, and for no other', async () => {
    const transport = tcp({ port: server.port });
    const endpoints$ = of(['one', 'two'].map((id) => ({ id, transport })));
    pool = createMcpPool({ endpoints$, era, clientOptions: options(), minSize: 2, maxSize: 2 });
    ends.push(() => pool.close());
    await until(() => pool.state.idle === 2);
    const seen = await Promise.all([read(pool), read(pool)]);
    expect(new Set(seen.flat()).size).toBe(2);
  });

  it('is kept for the principal for whom it was read, and for no other', async () => {
    const transport = tcp({ port: server.port });
    const clientOptions = options();
    const pools = createMcpPoolFamily<string>({
      key: (user) => user,
      options: () => ({ transport, era, clientOptions }),
    });
    ends.push(() => pools.close());
    const [a, b] = [await read(pools.for('a')), await read(pools.for('b'))];
    expect(new Set([...a, ...b]).size).toBe(2);
    expect(await read(pools.for('a'))).toEqual(a);
    expect(lists).toBe(2);
  });
});

describe('what was read', () => {
  it.each(['exclusive', 'multiplex'] as const)('serves all connections to the same server (%s)', async (sharing) => {
    open({ sharing, minSize: 2, maxSize: 2, maxLeasesPerConnection: sharing === 'multiplex' ? 2 : 1 });
    await until(() => pool.state.idle === 2);
    const first = await read(pool);
    expect(await Promise.all([read(pool), read(pool)])).toEqual([first, first]);
    expect(lists).toBe(1);
  });

  it('is forgotten when a connection ends by itself: its server may come back as another', async () => {
    open({ minSize: 2, maxSize: 2 });
    await until(() => pool.state.idle === 2);
    const before = await read(pool);
    for (const socket of server.sockets) socket.destroy();
    await until(() => pool.state.connects === 4 && pool.state.idle === 2);
    expect(await read(pool)).not.toEqual(before);
    expect(lists).toBe(2);
  });

  it('is forgotten when a connection comes up to another build, beside those to the old one', async () => {
    open({});
    const before = await read(pool);
    pool.resize(2);
    await until(() => pool.state.idle === 2);
    expect(await Promise.all([read(pool), read(pool)])).toEqual([before, before]);
    version = '2.0.0';
    pool.resize(3);
    await until(() => pool.state.idle === 3);
    await read(pool);
    expect(lists).toBe(2);
  });
});
