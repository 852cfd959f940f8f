import type { McpPool } from '../../lib/mcp/index.ts';
import { type StartedServer, startTcpServer } from '../support/start-tcp-server.ts';
import { childrenNow } from './resources.ts';

/** What trouble is made with. */
export interface TroubleParts {
  readonly pools: readonly McpPool[];
  server: StartedServer;
}

/** Makes trouble of one kind or another, once; resolves when what was killed is up again. */
export async function makeTrouble(parts: TroubleParts): Promise<void> {
  const kind = Math.random();
  if (kind < 0.1) await restartServer(parts);
  else if (kind < 0.5) killChild(parts);
  else for (const pool of parts.pools) resize(pool);
}

/** Every connection over TCP dies at once. */
async function restartServer(parts: TroubleParts): Promise<void> {
  const { port } = parts.server;
  await parts.server.stop();
  parts.server = await startTcpServer(port);
}

function killChild({ server }: TroubleParts): void {
  const children = childrenNow().filter((pid) => pid !== server.process.pid);
  const victim = children[Math.floor(Math.random() * children.length)];
  if (victim !== undefined) process.kill(victim, 'SIGKILL');
}

function resize(pool: McpPool): void {
  const { minSize, maxSize } = pool.state;
  pool.resize(minSize + Math.floor(Math.random() * (maxSize - minSize + 1)));
}
