import { McpServer } from '@modelcontextprotocol/server';
import type { McpServerFactory } from '@modelcontextprotocol/server';

/** A factory of servers that answer each call with the `_meta` it came with, and note that of pings and lists. */
export function metaServer(seen: unknown[] = []): McpServerFactory {
  return () => {
    const product = new McpServer({ name: 'meta-server', version: '1.0.0' }, { capabilities: { tools: {} } });
    const { server } = product;
    server.setRequestHandler('ping', ({ params }) => {
      seen.push(params?._meta);
      return {};
    });
    server.setRequestHandler('tools/list', ({ params }) => {
      seen.push(params?._meta);
      return { tools: [] };
    });
    server.setRequestHandler('tools/call', ({ params }) => {
      if (params.name === 'fail') throw new Error('as asked');
      return {
        content: [{ type: 'text', text: JSON.stringify(params._meta ?? null) }],
        isError: params.name === 'refuse',
      };
    });
    return product;
  };
}
