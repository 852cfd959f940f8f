import { McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult, McpServerFactory, Tool } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveTcp } from '../mcp/serve-tcp.ts';
import { version } from '../mcp/version.ts';

// A program of its own: it tells its port to whoever forked it, and ends with them.

const tools: Tool[] = [{ name: 'work', description: 'Takes 1 to 5 ms', inputSchema: { type: 'object' } }];

const createServer: McpServerFactory = () => {
  const product = new McpServer({ name: 'demo', version }, { capabilities: { tools: {} } });
  // The low-level handlers, because they ask for no schema library.
  product.server.setRequestHandler('tools/list', () => ({ tools }));
  product.server.setRequestHandler('tools/call', ({ params }) => call(params.name));
  return product;
};

async function call(name: string): Promise<CallToolResult> {
  if (name !== 'work') throw new Error(`no tool ${name}`);
  await sleep(1 + 4 * Math.random());
  return { content: [{ type: 'text', text: 'done' }] };
}

// Ctrl-C in a terminal reaches the whole group; requests under way are still to be answered.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('disconnect', () => process.exit(0));
const server = await serveTcp(createServer);
process.send?.({ port: server.port });
