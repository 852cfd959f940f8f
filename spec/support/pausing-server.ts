import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TcpServer, serveTcp } from '../../lib/mcp/server/serve-tcp.ts';

/** A server that answers at once, but for its pauses. */
export interface PausingServer extends Pick<TcpServer, 'port' | 'close'> {
  /** The first pause begins now, and another one each `everyMs`. */
  begin(): void;
}

/** A server that stands still for `pauseMs` at the beginning of each `everyMs`, once it has begun; its tool is `work`. */
export async function startPausingServer(pauseMs: number, everyMs: number): Promise<PausingServer> {
  let began = Infinity;
  const server = await serveTcp(() => {
    const product = new McpServer({ name: 'pausing', version: '1.0.0' }, { capabilities: { tools: {} } });
    product.server.setRequestHandler('tools/list', () => ({
      tools: [{ name: 'work', inputSchema: { type: 'object' } }],
    }));
    product.server.setRequestHandler('tools/call', async () => {
      const phase = (performance.now() - began) % everyMs;
      if (phase >= 0 && phase < pauseMs) await sleep(pauseMs - phase);
      return { content: [] };
    });
    return product;
  });
  return {
    port: server.port,
    close: () => server.close(),
    begin: () => {
      began = performance.now();
    },
  };
}
