import { McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult, McpServerFactory, Tool } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';

const tools: Tool[] = [
  { name: 'echo', inputSchema: { type: 'object', properties: { message: { type: 'string' } } } },
  { name: 'sleep', inputSchema: { type: 'object', properties: { ms: { type: 'number' } } } },
  { name: 'cancelled', inputSchema: { type: 'object' } },
  { name: 'crash', inputSchema: { type: 'object' } },
];

/** A factory of small servers; what one of them counts as cancelled, all of the same factory tell. */
export function toolServer(): McpServerFactory {
  let cancelled = 0;
  const call = async (name: string, given: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult> => {
    switch (name) {
      case 'echo':
        return text(String(given['message']));
      case 'sleep':
        return sleep(Number(given['ms']), text('slept'), { signal }).catch(() => {
          cancelled++;
          return text('cancelled');
        });
      case 'cancelled':
        return text(String(cancelled));
      case 'crash':
        return process.exit(3);
      default:
        throw new Error(`no tool ${name}`);
    }
  };
  return () => {
    const product = new McpServer({ name: 'tool-server', version: '1.0.0' }, { capabilities: { tools: {} } });
    // The low-level handlers, because they ask for no schema library.
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools }));
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
      call(params.name, params.arguments ?? {}, mcpReq.signal),
    );
    return product;
  };
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}
