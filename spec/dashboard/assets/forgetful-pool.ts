import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type McpPool, createMcpPool, stdio } from '../../../lib/mcp/index.ts';

/** A pool of programs that read a file as they start, and end with it. */
export interface ForgetfulPool {
  readonly pool: McpPool;
  readonly server: {
    /** The file is gone from now on. */
    forget(): Promise<void>;
  };
}

/** A server with the tools `echo` and `sleep`, in as few lines as it takes. */
const SERVER = `
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
const file = process.argv[1];
const check = () => {
  if (existsSync(file)) return;
  console.error('Error: cannot open /etc/billing.yaml: no such file or directory');
  process.exit(1);
};
check();
const tool = (name) => ({ name, inputSchema: { type: 'object' } });
const results = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'billing', version: '2.1.0' },
  }),
  'tools/list': () => ({ tools: [tool('echo'), tool('sleep')] }),
  'tools/call': () => ({ content: [] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = results[method]?.(params) ?? {};
  setTimeout(() => {
    check();
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
  }, params?.arguments?.ms ?? 1);
});
`;

export async function forgetfulPool(): Promise<ForgetfulPool> {
  const folder = await mkdtemp(join(tmpdir(), 'rx-mcp-pool-billing-'));
  const file = join(folder, 'billing.yaml');
  await writeFile(file, '');
  const args = ['--input-type=module', '-e', SERVER, file];
  const transport = stdio({ command: process.execPath, args });
  const pool = createMcpPool({ name: 'billing', transport, minSize: 6, maxSize: 8, checkoutTimeoutMs: 2000 });
  await pool.ready();
  return { pool, server: { forget: () => rm(folder, { recursive: true }) } };
}
