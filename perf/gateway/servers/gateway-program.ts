import { createHash } from 'node:crypto';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { stdioServer } from '../../wires/contenders/stdio-server.ts';
import { heapBytes } from '../../support/heap-bytes.ts';
import { toolStdioServer } from '../contenders/tool-stdio-server.ts';
import { TOKEN } from '../token.ts';
import type { Era } from '../../wires/contenders/sdk.ts';

/** What the program is told when it starts. */
export interface GatewaySettings {
  /** Which server it starts: one that costs next to nothing, or one by the SDK. */
  readonly server: 'lean' | 'SDK';
  readonly era: Era;
  /** How many processes of it. */
  readonly processes: number;
  /** Requests that one process serves at once. */
  readonly leases: number;
  /** How long a session is kept that asks for nothing, in milliseconds. */
  readonly idleMs?: number;
  /** Asks who the client is, looks whether it may call the tool, and counts for the metrics. */
  readonly isGuarded?: boolean;
}

/** What the program can be asked. */
export type GatewayQuestion = 'heap' | 'close';

// A program of its own: it tells its port to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
const {
  server,
  era,
  processes,
  leases,
  idleMs,
  isGuarded = false,
} = JSON.parse(process.argv[2] ?? '') as GatewaySettings;
const pool = createMcpPool({
  // More messages come in a second than any server should send that nobody measures.
  transport: stdio({ ...(server === 'lean' ? stdioServer : toolStdioServer), maxServerMessagesPerSecond: Infinity }),
  era,
  minSize: processes,
  maxSize: processes,
  maxLeasesPerConnection: leases,
});
await pool.ready();
const sha256 = createHash('sha256').update(TOKEN).digest('hex');
const guards = {
  auth: { bearer: [{ name: 'benchmark', sha256 }] },
  tools: { allow: ['*'], deny: ['*secret*'] },
  admin: 0,
};
const sessions = { perPrincipal: 10_000, ...(idleMs !== undefined && { idleMs }) };
const gateway = await serveGateway({ pool, port: 0, sessions, ...(isGuarded && guards) });

process.on('message', (question: GatewayQuestion) => {
  void answerTo(question).then((answer) => process.send?.(answer));
});
process.send?.({ port: gateway.port });

/** Bytes on the heap and in use; of `close` when all is closed. */
async function answerTo(question: GatewayQuestion): Promise<number> {
  if (question === 'heap') return heapBytes();
  await gateway.close();
  await pool.close();
  return 0;
}
