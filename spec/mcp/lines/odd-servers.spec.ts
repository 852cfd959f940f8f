import { expect, it, onTestFinished, vi } from 'vitest';
import { type McpPoolOptions, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { nodeProgram } from '../../support/programs.ts';

/** A program that writes what `said` makes of a request's id, by `write`; to `initialize` it answers as servers do. */
function program(said: string, { initialize = '{}', before = '' } = {}) {
  return nodeProgram(`
    const rpc = (m) => ({ jsonrpc: '2.0', ...m });
    const write = (m, mark = '') => process.stdout.write(mark + JSON.stringify(m) + '\\r\\n');
    ${before};
    const serverInfo = { name: 'odd', version: '1.0.0' };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line);
      const { protocolVersion } = params ?? {};
      const result = { protocolVersion, capabilities: { tools: {}, logging: {} }, serverInfo, ...${initialize} };
      if (method === 'initialize') write(rpc({ id, result }));
      else if (id !== undefined) { ${said} }
    });`);
}

function open(options: ReturnType<typeof program>, more: McpPoolOptions = {}) {
  const pool = createMcpPool({ transport: stdio(options), minSize: 1, maxSize: 1, connectTimeoutMs: 5000, ...more });
  onTestFinished(() => pool.close({ timeoutMs: 0 }));
  return pool;
}

const content = { content: [{ type: 'text', text: 'fine' }] };
const fine = `{ content: [{ type: 'text', text: 'fine' }] }`;

it('understands a server whose first line, and every later one, begins with a byte order mark', async () => {
  const pool = open(
    program(`write(rpc({ id, result: ${fine} }), '\\uFEFF')`, { before: `process.stdout.write('\\uFEFF')` }),
  );
  for (let i = 0; i < 2; i++) expect(await pool.client.callTool({ name: 'any' })).toEqual(content);
});

it('takes every message of a batch, in its order', async () => {
  const log = `rpc({ method: 'notifications/message', params: { level: 'info', data: 'on it' } })`;
  const progress = `rpc({ method: 'notifications/progress', params: { progressToken: params._meta?.progressToken, progress: 1 } })`;
  const answer = `rpc({ id, result: ${fine} })`;
  const handlers = { log: vi.fn() };
  const pool = open(program(`write([${log}, ${progress}, ${answer}])`), { handlers });
  const onprogress = vi.fn();
  expect(await pool.client.callTool({ name: 'any' }, { onprogress })).toEqual(content);
  expect(onprogress).toHaveBeenCalledTimes(1);
  expect(handlers.log).toHaveBeenCalledTimes(1);
});

it('gives each of several callers the answer that is his, out of one batch', async () => {
  const said = `(globalThis.open ??= []).push(rpc({ id, result: { content: [{ type: 'text', text: params.arguments.who }] } }));
    if (open.length === 3) write(open.reverse());`;
  const pool = open(program(said), { sharing: 'multiplex' });
  const names = ['a', 'b', 'c'];
  const answers = await Promise.all(names.map((who) => pool.client.callTool({ name: 'any', arguments: { who } })));
  expect(answers.map((answer) => answer.content)).toEqual(names.map((text) => [{ type: 'text', text }]));
});

it.each([
  ['an error that is null', `write(rpc({ id, result: ${fine}, error: null }))`],
  ['a _meta that is null', `write(rpc({ id, result: { ...${fine}, _meta: null } }))`],
])('takes a result with %s beside it for a result', async (_, said) => {
  expect(await open(program(said)).client.callTool({ name: 'any' })).toEqual(content);
});

it.each([
  ['serverInfo', '{ serverInfo: null }'],
  ['capabilities', '{ capabilities: null }'],
  ['instructions and _meta', '{ instructions: null, _meta: null }'],
  ['the title and the version', '{ serverInfo: { name: "odd", version: null, title: null } }'],
  ['capabilities that it has not', '{ capabilities: { tools: {}, experimental: null, prompts: null } }'],
])('comes up with a server that writes null for %s', async (_, initialize) => {
  const pool = open(program(`write(rpc({ id, result: ${fine} }))`, { initialize }));
  expect(await pool.client.request({ method: 'tools/call', params: { name: 'any' } }, {})).toEqual(content);
});
