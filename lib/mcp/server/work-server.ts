import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../../base/version.ts';

const work = {
  name: 'work',
  description: 'Takes as many milliseconds as it is told, or else 1 to 5',
  inputSchema: { type: 'object', properties: { ms: { type: 'number' } } },
} as const;

/** A server with one tool that takes its time, to put load on: `work`, with the argument `ms` or else 1 to 5 ms. */
export function workServer(): McpServer {
  const product = new McpServer({ name: 'work-server', version: VERSION }, { capabilities: { tools: {} } });
  // The low-level handlers, because they ask for no schema library.
  product.server.setRequestHandler('tools/list', () => ({ tools: [work] }));
  product.server.setRequestHandler('tools/call', ({ params }) => {
    if (params.name !== work.name) throw new Error(`no tool ${params.name}`);
    const ms = Number(params.arguments?.['ms'] ?? 1 + 4 * Math.random());
    return sleep(ms, { content: [{ type: 'text', text: 'done' }] });
  });
  return product;
}
