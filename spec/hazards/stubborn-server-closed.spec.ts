import { afterEach, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { isAlive } from '../support/programs.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';

let pool: McpPool;
afterEach(() => pool.close());

const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;

it.each([undefined, 800])(
  'has no process left when close() resolves, with closeTimeoutMs %s',
  async (closeTimeoutMs) => {
    const transport = stdio(scriptedProgram(initialising(), stubborn));
    pool = createMcpPool({
      transport,
      minSize: 1,
      maxSize: 1,
      ...(closeTimeoutMs !== undefined && { closeTimeoutMs }),
    });
    await pool.ready();
    const { pid } = await pool.use(({ whole }) => whole.transport as { pid?: number });
    expect(isAlive(pid)).toBe(true);
    await pool.close();
    expect(isAlive(pid)).toBe(false);
  },
);
