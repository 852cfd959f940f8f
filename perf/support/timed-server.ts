import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';

const done = { content: [{ type: 'text', text: 'done' }] } as const;
const work = {
  name: 'work',
  description: 'Takes as many milliseconds as it is told; 0 is answered at once',
  inputSchema: { type: 'object', properties: { ms: { type: 'number' } } },
} as const;

/** A server with one tool, `work`, that takes `ms` milliseconds; with 0 there is not even a timer. */
export function timedServer(): McpServer {
  const product = new McpServer({ name: 'timed-server', version: '1.0.0' }, { capabilities: { tools: {} } });
  // The low-level handlers, because they ask for no schema library.
  product.server.setRequestHandler('tools/list', () => ({ tools: [work] }));
  product.server.setRequestHandler('tools/call', ({ params }) => {
    if (params.name !== work.name) throw new Error(`no tool ${params.name}`);
    const ms = Number(params.arguments?.['ms'] ?? 0);
    const result = { ...done, content: [...done.content] };
    return ms === 0 ? result : sleep(ms, result);
  });
  return product;
}
