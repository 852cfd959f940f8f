import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveTcp } from '../../lib/mcp/index.ts';

// A program of its own: its one tool works for as long as it is told. It tells its port to whoever forked it and ends
// with them, whatever ended them.
const work = { name: 'work', inputSchema: { type: 'object', properties: { ms: { type: 'number' } } } } as const;

function workServer(): McpServer {
  const product = new McpServer({ name: 'work-server', version: '1.0.0' }, { capabilities: { tools: {} } });
  // The low-level handlers, because they ask for no schema library.
  product.server.setRequestHandler('tools/list', () => ({ tools: [work] }));
  product.server.setRequestHandler('tools/call', ({ params }) =>
    sleep(Number(params.arguments?.['ms']), { content: [{ type: 'text', text: 'done' }] }),
  );
  return product;
}

process.once('disconnect', () => process.exit(0));
const { port } = await serveTcp(workServer);
process.send?.({ port });
