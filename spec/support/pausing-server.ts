import { McpServer } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TcpServer, serveTcp } from '../../lib/mcp/server/serve-tcp.ts';

/** One pause of a server, by `performance.now()`: when it was to begin and to end, and when it was really over. */
export interface Pause {
  readonly from: number;
  readonly to: number;
  readonly overAt: number;
}

/** A server that answers at once, but for its pauses. */
export interface PausingServer extends Pick<TcpServer, 'port' | 'close'> {
  /** The first pause begins now, and another one each `everyMs` until there were so many. Returns now. */
  begin(count: number): number;
  /** The pauses since then in which anybody came. */
  readonly pauses: readonly Pause[];
}

/** A server that stands still for `pauseMs` at the beginning of each `everyMs`, once it has begun; its tool is `work`. */
export async function startPausingServer(pauseMs: number, everyMs: number): Promise<PausingServer> {
  let began = Infinity;
  let most = 0;
  let pauses: Pause[] = [];
  const ends = new Map<number, Promise<void>>();
  const end = async (from: number): Promise<void> => {
    const to = from + pauseMs;
    await sleep(to - performance.now());
    pauses.push({ from, to, overAt: performance.now() });
  };
  const server = await serveTcp(() => {
    const product = new McpServer({ name: 'pausing', version: '1.0.0' }, { capabilities: { tools: {} } });
    product.server.setRequestHandler('tools/list', () => ({
      tools: [{ name: 'work', inputSchema: { type: 'object' } }],
    }));
    product.server.setRequestHandler('tools/call', async () => {
      const since = performance.now() - began;
      const number = Math.floor(since / everyMs);
      if (number >= 0 && number < most && since % everyMs < pauseMs) {
        const over = ends.get(number) ?? end(began + number * everyMs);
        ends.set(number, over);
        await over;
      }
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
      pauses = [];
      return (began = performance.now());
    },
    get pauses() {
      return pauses;
    },
  };
}
