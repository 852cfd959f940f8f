import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { everything } from '../../support/everything.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { textOf } from '../../support/tool-call.ts';
import { until } from '../../support/until.ts';
import { fileOf } from './config-file.ts';
import { ran } from '../test-io.ts';

const real = { command: everything.command, args: everything.args };

/** How a host starts the command. */
function program(...args: readonly string[]) {
  return {
    command: process.execPath,
    args: [builtProgram('../../lib/cli/main'), 'serve', '--client-stdio', ...args],
    stderr: 'pipe' as const,
  };
}

describe('mcp-pool serve --client-stdio', () => {
  it('serves four of five servers to a host, and says what is wrong with the fifth', async () => {
    const broken = { command: process.execPath, args: ['-e', 'console.error("bad luck"); process.exit(1)'] };
    const file = await fileOf({ one: real, two: real, three: real, four: real, broken });
    const transport = new StdioClientTransport(program('--config', file));
    let said = '';
    const client = new Client({ name: 'spec', version: '1.0.0' }, { capabilities: { sampling: {} } });
    client.setRequestHandler('sampling/createMessage', () => ({
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: 'what the client says' },
    }));
    transport.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await client.connect(transport);
    const { tools } = await client.listTools();
    for (const name of ['one', 'two', 'three', 'four']) {
      expect(tools.map((tool) => tool.name)).toContain(`${name}__echo`);
    }
    expect(textOf(await client.callTool({ name: 'two__echo', arguments: { message: 'hi' } }))).toContain('hi');
    const sampled = { name: 'three__trigger-sampling-request', arguments: { prompt: 'x', maxTokens: 10 } };
    expect(textOf(await client.callTool(sampled))).toContain('what the client says');
    await until(() => said.includes('bad luck'));
    expect(said).toMatch(/^mcp-pool: broken: .*bad luck/m);
    await client.close();
  }, 60_000);

  it('serves a client of the first version of the SDK, and ends with it', async () => {
    const transport = new FirstStdio(program('--max', '1', '--', real.command, ...real.args));
    const client = new FirstClient({ name: 'spec', version: '1.0.0' });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
    const heard: number[] = [];
    const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.5, steps: 5 } };
    await client.callTool(long, undefined, { onprogress: ({ progress }) => heard.push(progress) });
    // Of progress that comes together with the answer a client of this version does not hear.
    expect(heard.slice(0, 4)).toEqual([1, 2, 3, 4]);
    await client.close();
  }, 60_000);

  it('answers what comes too early or is no message, and ends with its input', async () => {
    const stdin = new PassThrough();
    const lines: string[] = [];
    const ends = ran(['serve', '--client-stdio', '--tcp', '127.0.0.1:1'], {
      stdin,
      onWrite: (text) => lines.push(text),
    });
    stdin.write('nonsense\n{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n{"jsonrpc":"2.0","id":2,"method":"ping"}\n');
    await until(() => lines.length === 3);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { jsonrpc: '2.0', id: null, error: expect.objectContaining({ code: -32700 }) as unknown },
      { jsonrpc: '2.0', id: 1, error: { code: -32600, message: 'initialize first' } },
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
    stdin.end();
    expect(await ends).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('ends with a signal', async () => {
    const abort = new AbortController();
    const ends = ran(['serve', '--client-stdio', '--tcp', '127.0.0.1:1'], {
      stdin: new PassThrough(),
      signal: abort.signal,
    });
    abort.abort('SIGTERM');
    expect(await ends).toMatchObject({ exitCode: 143 });
  });

  it.each([
    [['serve'], 'name a server'],
    [['serve', '--client-stdio', '--port', '1', '--tcp', '127.0.0.1:1'], '--port'],
    [['serve', '--host', '0.0.0.0', '--tcp', '127.0.0.1:1'], 'loopback'],
    [['serve', '--client-stdio'], 'name a server'],
    [['serve', '--client-stdio', '--names', 'first', '--tcp', '127.0.0.1:1'], 'auto'],
    [['serve', '--client-stdio', '--config', '/no/such/file.json'], 'file.json'],
  ])('refuses %j in one line', async (argv, problem) => {
    const { exitCode, stderr } = await ran(argv, { stdin: new PassThrough() });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^mcp-pool: [^\n]+\n$/);
    expect(stderr).toContain(problem);
  });
});
