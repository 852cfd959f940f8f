import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ConfiguredServer, createMcpPool, readConfig } from '../../../lib/mcp/index.ts';

const variables = { KEY: 'k-secret', EMPTY: '' };

/** What becomes of one entry. */
async function entry(given: unknown, options = {}): Promise<ConfiguredServer> {
  const { servers } = await readConfig({ mcpServers: { one: given } }, { variables, ...options });
  const [server] = servers;
  if (server === undefined) throw new Error('no server');
  return server;
}

async function failureOf(given: unknown): Promise<string | undefined> {
  const server = await entry(given);
  return server.status === 'failed' ? server.error.message : undefined;
}

describe('readConfig', () => {
  it('takes an object, a text, a path and a URL, with a byte order mark, comments and trailing commas', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-config-'));
    const text = '{ "mcpServers": { /* one */ "a": { "command": "x" }, }, } // end';
    const path = join(folder, 'mcp.json');
    await writeFile(path, `\uFEFF${text}`);
    for (const source of [
      { mcpServers: { a: { command: 'x' } } },
      text,
      `// mine\n${text}`,
      path,
      pathToFileURL(path),
    ]) {
      expect(await readConfig(source)).toMatchObject({ servers: [{ name: 'a', status: 'ready' }], warnings: [] });
    }
    await rm(folder, { recursive: true });
  });

  it.each([
    ['no-such-file.json', 'there is no file no-such-file.json'],
    [tmpdir(), `cannot read ${tmpdir()}: EISDIR`],
    ['{\n  "mcpServers": { "a": tok-secret } }', 'the configuration is no JSON: invalid symbol at line 2, column 24'],
    ['{ "mcpServers": ', 'the configuration is no JSON: value expected at line 1, column 17'],
    [[], 'the configuration must hold an object'],
    [{}, 'the configuration has no servers: it has none of mcpServers, servers, context_servers, mcp'],
    [{ mcpservers: {} }, 'the configuration has no servers: it has mcpservers (did you mean mcpServers?)'],
    [{ mcpServers: [] }, 'the configuration: mcpServers must be an object'],
  ])('rejects for %j', async (source, message) => {
    await expect(readConfig(source)).rejects.toThrow(message);
  });

  it('says which of two members is read', async () => {
    const config = await readConfig({ servers: { b: {} }, mcpServers: { a: { command: 'x' } } });
    expect(config).toMatchObject({ servers: [{ name: 'a' }], warnings: ['mcpServers is read, servers is not'] });
  });

  it('refuses options that it does not know', async () => {
    await expect(readConfig({}, { input: {} } as never)).rejects.toThrow('(did you mean inputs?)');
  });
});

describe('an entry that cannot be used', () => {
  it.each([
    [3, 'a server must be an object, not a number'],
    [[], 'a server must be an object, not a list'],
    [{}, 'it has no command and no url'],
    [{ type: 'stdio', url: 'https://a.example' }, 'it has no command'],
    [{ type: 'http', command: 'x' }, 'it has no url'],
    [{ command: 'x', url: 'https://a.example' }, 'choose one of command and url'],
    [{ type: 'sse', url: 'https://a.example' }, 'type sse is not supported: the server must speak Streamable HTTP'],
    [{ type: 'ws', url: 'wss://a.example' }, 'type must be stdio or http'],
    [{ command: '' }, 'command must be a string with something in it'],
    [{ command: [] }, 'command must begin with the name of a program'],
    [{ command: { args: [] } }, 'it has no command.path'],
    [{ command: 'x', args: 'secret' }, 'args must be a list of strings, not a string'],
    [{ command: 'x', args: [{}] }, 'args[0] must be a string, not an object'],
    [{ command: 'x', env: { A: [] } }, 'env.A must be a string, not a list'],
    [{ command: 'x', cwd: 1 }, 'cwd must be a string, not a number'],
    [{ command: 'x', envFile: '/no/such/.env' }, 'envFile: there is no file /no/such/.env'],
    [{ command: 'x', timeout: '5s' }, 'timeout must be a number of milliseconds above 0'],
    [{ url: 'secret' }, 'url must be an absolute address, http: or https:'],
    [
      { url: 'https://a.example', headers: { A: 'se\ncret' } },
      'headers must hold valid names and values: "A" does not',
    ],
    [{ url: 'https://a.example', headers: { Host: 'b' } }, 'headers must not hold Host, which is set for you'],
    [{ command: 'x', pool: [] }, 'pool must be an object, not a list'],
    [{ command: 'x', pool: { strategy: 'roundRobin' } }, 'there is no strategy roundRobin (did you mean round-robin?)'],
    [{ command: 'x', pool: { strategy: 1 } }, 'pool.strategy must be a name, not a number'],
    [{ command: 'x', pool: { sharing: 'pinned' } }, 'pool.sharing pinned needs a function (affinity)'],
    [{ command: 'x', pool: { sharing: 'shared' } }, 'pool: sharing must be exclusive, multiplex or pinned: shared'],
    [{ command: 'x', pool: { minSize: 3, maxSize: 2 } }, 'pool: minSize (3) must not be above maxSize (2)'],
    [{ command: 'x', pool: { maxSize: '2' } }, 'pool: maxSize must be a number, not string'],
    [{ command: 'x', pool: { retry: { often: true } } }, 'pool: retry knows trustToolHints and poisonForMs, not often'],
  ])('%j', async (given, message) => {
    expect(await failureOf(given)).toContain(message);
  });
});

describe('an entry with something odd', () => {
  it.each([
    [{ comand: 'x' }, ['unknown key comand (did you mean command?)']],
    [{ command: 'x', colour: 'red' }, ['unknown key colour']],
    [{ command: 'x', alwaysAllow: [], description: 'y' }, []],
    [{ url: 'https://a.example', oauth: {} }, ['oauth is not read: tokens need headers']],
    [{ url: 'https://a.example/sse' }, ['url ends with /sse: the server must speak Streamable HTTP']],
    [{ command: 'x', timeout: 60 }, ['timeout 60 is taken for seconds: it is below 1000']],
    [{ command: 'x', pool: { max: 2 } }, ['unknown key pool.max (did you mean maxSize?)']],
    [{ command: 'x', pool: { maxsize: 2 } }, ['unknown key pool.maxsize (did you mean maxSize?)']],
    [{ command: 'x', pool: { onClient: 2 } }, ['unknown key pool.onClient']],
  ])('%j is warned about', async (given, warnings) => {
    expect((await entry(given)).warnings).toEqual(warnings);
  });
});

describe('the keys of pool', () => {
  it('are the options of the pool', async () => {
    const pool = { minSize: 2, maxSize: 3, sharing: 'multiplex', strategy: 'least-loaded', checkoutTimeoutMs: 900 };
    const server = await entry({ command: 'x', pool });
    expect(server).toMatchObject({ status: 'ready', warnings: [] });
    expect(server).toHaveProperty('options.strategy.strategyName', 'leastLoaded');
    expect(server).toMatchObject({
      options: { name: 'one', minSize: 2, sharing: 'multiplex', checkoutTimeoutMs: 900 },
    });
  });

  it('take seconds for what is no time in milliseconds', async () => {
    expect(await entry({ command: 'x', timeout: 60 })).toMatchObject({ timeoutMs: 60_000 });
    expect(await entry({ command: 'x', timeout: 1500 })).toMatchObject({ timeoutMs: 1500 });
  });
});

describe('the servers of a file', () => {
  const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));

  it('work, four of them, although the fifth is broken', async () => {
    const server = { command: process.execPath, args: [program, 'stdio'], env: { SPEC_KEY: '${KEY}' } };
    const file = {
      mcpServers: { a: server, b: server, broken: { command: '${NO_SUCH_VARIABLE}' }, c: server, d: server },
    };
    const { servers } = await readConfig(file, { variables });
    const ready = servers.filter((one) => one.status === 'ready');
    const pools = ready.map(({ options }) => createMcpPool({ ...options, maxSize: 1 }));
    const calls = pools.map((pool) => pool.client.callTool({ name: 'get-env', arguments: {} }));
    const texts = (await Promise.all(calls)).map((result) => JSON.stringify(result));
    expect(texts.map((text) => text.includes('k-secret'))).toEqual([true, true, true, true]);
    expect(pools.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(servers[2]).toMatchObject({ status: 'failed', name: 'broken' });
    await Promise.all(pools.map((pool) => pool.close()));
  });

  it('get what is given besides, which wins', async () => {
    const tell = "console.error(process.env.SPEC_A + ' ' + process.env.SPEC_B); process.exit(1)";
    const command = { command: process.execPath, args: ['-e', tell], env: { SPEC_A: 'x', SPEC_B: 'y' } };
    const server = await entry(command, { env: ['inherit', { SPEC_B: 'z' }] });
    if (server.status !== 'ready') throw new Error('not ready');
    const pool = createMcpPool({ ...server.options, maxSize: 1 });
    await expect(pool.ready()).rejects.toMatchObject({ cause: { message: expect.stringContaining('x z') as string } });
    await pool.close();
  });
});

describe('tools of a server', () => {
  it('are rules where they are an object, and the business of another host where they are not', async () => {
    const tools = { allow: ['read_*'], deny: ['*delete*'] };
    expect(await entry({ command: 'x', tools })).toMatchObject({ status: 'ready', tools });
    expect(await entry({ command: 'x', tools: ['*'] })).not.toHaveProperty('tools');
  });

  it('fail the server where a rule would go unheard', async () => {
    expect(await failureOf({ command: 'x', tools: { alow: ['a'] } })).toBe(
      'unknown key tools.alow (did you mean allow?)',
    );
    expect(await failureOf({ command: 'x', tools: { allow: 'a' } })).toBe('tools.allow must be a list of names');
  });
});
