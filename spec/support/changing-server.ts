import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import type { StdioOptions } from '../../lib/mcp/index.ts';
import { nodeProgram } from './programs.ts';

/** What a changing server has said that it can do. */
const capabilities = { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } };

/**
 * A factory of servers whose tool `change` changes something and tells it on the connection of the call, and on no other:
 * the list of tools or, with the argument `uri`, that resource. `made` are all of them.
 */
export function changingServer(made: McpServer[] = []): McpServerFactory {
  return () => {
    const product = new McpServer({ name: 'changing', version: '1.0.0' }, { capabilities });
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'change', inputSchema: { type: 'object' } }] }));
    server.setRequestHandler('tools/call', async ({ params }) => {
      const uri = params.arguments?.['uri'];
      if (typeof uri === 'string') await server.sendResourceUpdated({ uri });
      else await server.sendToolListChanged();
      return { content: [] };
    });
    for (const method of ['resources/subscribe', 'resources/unsubscribe'] as const) {
      server.setRequestHandler(method, () => ({}));
    }
    made.push(product);
    return product;
  };
}

/** The same over stdio, a process for each connection. Node runs the text as it is, and knows no TypeScript. */
export function changingProgram(): StdioOptions {
  return nodeProgram(`
    const { McpServer } = require('@modelcontextprotocol/server');
    const { serveStdio } = require('@modelcontextprotocol/server/stdio');
    serveStdio(() => {
      const product = new McpServer({ name: 'changing', version: '1.0.0' }, { capabilities: ${JSON.stringify(capabilities)} });
      const { server } = product;
      server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'change', inputSchema: { type: 'object' } }] }));
      server.setRequestHandler('tools/call', async ({ params }) => {
        const { uri } = params.arguments ?? {};
        await (uri === undefined ? server.sendToolListChanged() : server.sendResourceUpdated({ uri }));
        return { content: [] };
      });
      server.setRequestHandler('resources/subscribe', () => ({}));
      server.setRequestHandler('resources/unsubscribe', () => ({}));
      return product;
    });`);
}
