import { McpServer } from '@modelcontextprotocol/server';
import type { McpServerFactory } from '@modelcontextprotocol/server';

/** A factory of servers with a state of their own: each connection has a counter, which `add` raises and tells. */
export function counterServer(): McpServerFactory {
  return () => {
    let count = 0;
    const product = new McpServer({ name: 'counter', version: '1.0.0' }, { capabilities: { tools: {} } });
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'add', inputSchema: { type: 'object' } }] }));
    server.setRequestHandler('tools/call', ({ params }) => {
      count += Number(params.arguments?.['by'] ?? 0);
      return { content: [{ type: 'text', text: String(count) }] };
    });
    return product;
  };
}
