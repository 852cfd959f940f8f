import { once } from 'node:events';
import { createMcpPool, stdio } from 'rx-mcp-pool/mcp';
import { fileURLToPath } from 'node:url';
import { textOf } from './text-of.ts';

// SIGTERM: no new requests, what is under way gets its answer, and no process is left behind.

const program = fileURLToPath(new URL('notes-program.js', import.meta.url));
const pool = createMcpPool({
  transport: stdio({ command: process.execPath, args: [program] }),
  minSize: 2,
  maxSize: 2,
});

process.once('SIGTERM', () => {
  console.log('closing');
  // Waiters are refused with POOL_CLOSED; leases have ten seconds to come back. Kubernetes kills after thirty.
  void pool.close({ timeoutMs: 10_000 }).then(() => {
    console.log(`closed, ${pool.state.size} connections left`);
  });
});

// From here on the example only tries itself.
await pool.ready();
const under = pool.client.callTool({ name: 'slow', arguments: { ms: 300 } });
process.kill(process.pid, 'SIGTERM');
await once(process, 'SIGTERM');
await pool.client.ping().catch((error: unknown) => {
  console.log(`a request that comes later: ${(error as { code: string }).code}`);
});
console.log(`a request under way: ${textOf(await under)}`);
