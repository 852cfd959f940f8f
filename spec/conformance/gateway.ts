import { fileURLToPath } from 'node:url';
import { type Gateway, serveGateway } from '../../lib/gateway/index.ts';
import { type McpEra, type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';

/** A gateway before the fixture, so that the suite can have it for a server. */
export interface ConformanceGateway {
  readonly url: string;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('server/main.js', import.meta.url));

/** Starts so many processes of the fixture, of this era, and a gateway before them. */
export async function startGateway(era: McpEra, processes: number): Promise<ConformanceGateway> {
  const pool: McpPool = createMcpPool({
    transport: stdio({ command: process.execPath, args: [program] }),
    era,
    minSize: processes,
    maxSize: processes,
    clientOptions: { capabilities: { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} } },
  });
  await pool.ready();
  const gateway: Gateway = await serveGateway({ pool, port: 0 });
  return {
    url: gateway.url,
    close: async () => {
      await gateway.close();
      await pool.close();
    },
  };
}
