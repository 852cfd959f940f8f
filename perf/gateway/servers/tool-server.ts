import { McpServer } from '@modelcontextprotocol/server';

const tools = [{ name: 'echo', inputSchema: { type: 'object' as const } }];

/** A server of the SDK with one tool, `echo`, by its low-level handlers, which ask for no schema library. */
export function toolServer(): McpServer {
  const product = new McpServer({ name: 'tool-server', version: '1.0.0' }, { capabilities: { tools: {} } });
  product.server.setRequestHandler('tools/list', () => ({ tools }));
  product.server.setRequestHandler('tools/call', () => ({ content: [{ type: 'text', text: 'hi' }] }));
  return product;
}
