import { deepEqual, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMCPClient } from '@ai-sdk/mcp';
import { noopObserve } from '@mastra/core/tools';
import { MCPClient } from '@mastra/mcp';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { readConfig } from 'rx-mcp-pool/mcp';
import { serveGateway } from 'rx-mcp-pool/serve';

// Five servers that others wrote behind one gateway, and the clients that hosts are made of before it, over HTTP.
const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
await writeFile(join(folder, 'note.txt'), 'what stands in the file');

const program = (path: string, ...args: readonly string[]): object => ({
  command: process.execPath,
  args: [`node_modules/${path}`, ...args],
  env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
  pool: { maxSize: 2 },
});
const mcpServers = {
  everything: program('@modelcontextprotocol/server-everything/dist/index.js', 'stdio'),
  files: program('@modelcontextprotocol/server-filesystem/dist/index.js', folder),
  memory: program('@modelcontextprotocol/server-memory/dist/index.js'),
  thinking: program('@modelcontextprotocol/server-sequential-thinking/dist/index.js'),
  commands: program('mcp-server-commands/build/index.js'),
};
const gateway = await serveGateway({ servers: await readConfig({ mcpServers }), port: 0 });
const url = new URL(gateway.url);

/** What each client can be asked to do by name. */
type Call = (name: string, args: Record<string, unknown>) => Promise<unknown>;

/** One tool of each server. */
async function tryAll(names: readonly string[], call: Call, renamed = (name: string): string => name): Promise<void> {
  for (const server of Object.keys(mcpServers))
    ok(
      names.some((name) => name.includes(renamed(`${server}__`))),
      server,
    );
  const said = async (name: string, args: Record<string, unknown>): Promise<string> =>
    JSON.stringify(await call(renamed(name), args));
  match(await said('everything__echo', { message: 'hi' }), /Echo: hi/);
  match(await said('files__read_text_file', { path: join(folder, 'note.txt') }), /what stands in the file/);
  match(await said('memory__read_graph', {}), /entities/);
  const thought = { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
  match(await said('thinking__sequentialthinking', thought), /totalThoughts/);
}

const who = { name: 'check', version: '1.0.0' };
const namesIn = ({ tools }: { readonly tools: readonly { readonly name: string }[] }): string[] =>
  tools.map(({ name }) => name);

for (const mode of ['legacy', 'auto'] as const) {
  const client = new Client(who, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url));
  strictEqual(client.getProtocolEra(), mode === 'legacy' ? 'legacy' : 'modern');
  await tryAll(namesIn(await client.listTools()), (name, args) => client.callTool({ name, arguments: args }));
  await client.close();
}

const first = new FirstClient(who);
await first.connect(new FirstTransport(url));
await tryAll(namesIn(await first.listTools()), (name, args) => first.callTool({ name, arguments: args }));
await first.close();

const remote = new Client(who);
const args = ['node_modules/mcp-remote/dist/proxy.js', url.href, '--allow-http', '--transport', 'http-only'];
await remote.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
await tryAll(namesIn(await remote.listTools()), (name, given) => remote.callTool({ name, arguments: given }));
await remote.close();

const aiSdk = await createMCPClient({ transport: { type: 'http', url: url.href } });
await tryAll(Object.keys(await aiSdk.tools()), (name, given) => aiSdk.callTool({ name, arguments: given }));
await aiSdk.close();

const mastra = new MCPClient({ servers: { all: { url } } });
const tools = await mastra.listTools();
const run: Call = async (name, given) => tools[name]?.execute?.(given, { observe: noopObserve });
await tryAll(Object.keys(tools), run, (name) => `all_${name}`);
await mastra.disconnect();

await gateway.close();
await rm(folder, { recursive: true });
deepEqual(
  process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap'),
  [],
);
