import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TcpServer, serveTcp } from '../../lib/mcp/server/serve-tcp.ts';

/** A server that answers at once, but for its pauses. */
export interface PausingServer extends Pick<TcpServer, 'port' | 'close'> {
  /** The first pause begins now, and another one each `everyMs` until there were so many. Returns now. */
  begin(count: number): number;
  /** When it answered each request since then, by `performance.now()`, in the order in which they came. */
  readonly answeredAt: readonly number[];
}

/** A server that stands still for `pauseMs` at the beginning of each `everyMs`, once it has begun; its tool is `work`. */
export async function startPausingServer(pauseMs: number, everyMs: number): Promise<PausingServer> {
  let began = Infinity;
  let most = 0;
  let answeredAt: number[] = [];
  let came = 0;
  const ends = new Map<number, Promise<void>>();
  const server = await serveTcp(() => {
    const product = new McpServer({ name: 'pausing', version: '1.0.0' }, { capabilities: { tools: {} } });
    product.server.setRequestHandler('tools/list', () => ({
      tools: [{ name: 'work', inputSchema: { type: 'object' } }],
    }));
    product.server.setRequestHandler('tools/call', async () => {
      const turn = came++;
      const since = performance.now() - began;
      const number = Math.floor(since / everyMs);
      if (number >= 0 && number < most && since % everyMs < pauseMs) {
        const over = ends.get(number) ?? sleep(began + number * everyMs + pauseMs - performance.now());
        ends.set(number, over);
        await over;
      }
      answeredAt[turn] = performance.now();
      return { content: [] };
    });
    return product;
  });
  return {
    port: server.port,
    close: () => server.close(),
    begin: (count) => {
      ends.clear();
      most = count;
      answeredAt = [];
      came = 0;
      return (began = performance.now());
    },
    get answeredAt() {
      return answeredAt;
    },
  };
}
