import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../lib/index.ts';
import { type McpPool, type McpPoolOptions, type StdioOptions, createMcpPool, stdio } from '../../../lib/mcp/index.ts';
import { collect } from '../../support/listen.ts';
import { nodeProgram } from '../../support/programs.ts';
import { initialising, scriptedProgram } from '../../support/scripted-server.ts';
import { until } from '../../support/until.ts';
import { type Watched, watched } from '../../support/watched.ts';

let pool: McpPool;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exits-'));
});
afterEach(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

function openPool(program: StdioOptions, options: Omit<McpPoolOptions, 'transport'> = {}): Watched {
  const transport = watched(stdio(program));
  pool = createMcpPool({ ...options, transport });
  return transport;
}

/** Ends with a trace like that of Node, which differs from time to time in what does not matter. */
const missingKey = nodeProgram(`
  console.error('\\x1b[2m' + new Date().toISOString() + '\\x1b[0m starting as ' + (process.pid + 100_000));
  console.error('\\x1b[31mError\\x1b[0m: no API_KEY in process ' + (process.pid + 100_000));
  console.error('    at start (/srv/server.js:3:9)\\n}\\n\\nNode.js v20.20.2');
  process.exit(3);`);
const told =
  /the server exited with code 3, at once and twice in a row: Error: no API_KEY in process \d+; next try in \d+ ms$/;

/** Each start tells how many there have been. */
function counting(script: string): StdioOptions {
  const file = JSON.stringify(join(folder, 'starts'));
  return nodeProgram(`const fs = require('node:fs');
    fs.appendFileSync(${file}, '.');
    const starts = fs.readFileSync(${file}, 'utf8').length;
    ${script}`);
}

describe('a server that exits at once, twice in the same way', () => {
  it('is told to all who wait and to all who come, with what it said of it', async () => {
    const transport = openPool(missingKey, { maxSize: 1 });
    const log = collect(pool.events$);
    const waiters = [
      pool.client.callTool({ name: 'any' }),
      pool.use(({ client }) => client.ping()),
      pool.use(({ client }) => client.ping(), { timeoutMs: 0 }),
      firstValueFrom(of({ method: 'ping' }).pipe(withConnection(pool))),
    ];
    for (const outcome of await Promise.allSettled(waiters)) {
      expect(outcome).toMatchObject({
        reason: { code: 'POOL_CONNECT_FAILED', message: expect.stringMatching(told) as string },
      });
    }
    await expect(pool.ready()).rejects.toThrow(told);
    await expect(pool.client.ping()).rejects.toThrow(told);
    const [, exited = Infinity] = log.flatMap(({ type, at }) => (type === 'connectFailed' ? [at] : []));
    const leaves = log.filter(({ type }) => type === 'leave').slice(0, waiters.length);
    expect(leaves).toHaveLength(4);
    for (const { at } of leaves) expect(at - exited).toBeLessThan(1000);
    expect([transport.made.length, pool.state.circuit]).toEqual([2, 'open']);
    expect(pool.state.retryAt - performance.now()).toBeGreaterThan(5000);
  });

  it.each([
    ['without pooling', { pool: false }],
    ['where each key has a connection of its own', { sharing: 'pinned', affinity: () => 'key' }],
    ['where its era is asked for', { era: 'auto' }],
  ] as const)('is told %s', async (_, options) => {
    openPool(missingKey, options);
    await expect(pool.client.ping()).rejects.toThrow(
      /exited with code 3, at once and twice in a row: Error: no API_KEY/,
    );
  });

  it('is served again after retry(), once somebody has put things right', async () => {
    const key = join(folder, 'key');
    const { args } = scriptedProgram(
      initialising(),
      `if (!require('node:fs').existsSync(${JSON.stringify(key)})) process.exit(1)`,
    );
    openPool({ command: process.execPath, args: args ?? [] });
    await expect(pool.client.ping()).rejects.toThrow('the server exited with code 1, at once and twice in a row;');
    writeFileSync(key, '');
    pool.retry();
    expect(await pool.client.ping()).toEqual({});
  });

  it('is tried slowly from then on', async () => {
    const transport = openPool(missingKey, { connectBackoff: { minMs: 1, maxMs: 600 } });
    await expect(pool.client.ping()).rejects.toThrow(told);
    expect(pool.state.retryAt - performance.now()).toBeGreaterThan(100);
    await until(() => transport.made.length >= 3, 20_000);
    await until(() => pool.state.circuit === 'open', 20_000);
    expect(pool.state.retryAt - performance.now()).toBeGreaterThan(100);
    await expect(pool.client.ping()).rejects.toThrow(told);
  });

  it('is tried as any other by the word of the user', async () => {
    const connectBackoff = { minMs: 1, maxMs: 10 };
    const transport = openPool(missingKey, { isPermanent: () => false, connectBackoff });
    const answer = pool.client.ping();
    answer.catch(() => undefined);
    await until(() => transport.made.length >= 4, 20_000);
    expect(pool.state.waiting).toBe(1);
  });
});

describe('a server that exits at once', () => {
  it('is waited for where it comes up the second time', async () => {
    openPool(counting(`if (starts === 1) process.exit(1);${String(scriptedProgram(initialising()).args?.at(-1))}`));
    expect(await pool.client.ping()).toEqual({});
  });

  it('is tried on where each time it does so in another way', async () => {
    const connectBackoff = { minMs: 1, maxMs: 10 };
    const transport = openPool(counting(`process.exit(starts % 2 + 1);`), { connectBackoff });
    const answer = pool.client.ping();
    answer.catch(() => undefined);
    await until(() => transport.made.length >= 5, 30_000);
    expect(pool.state.waiting).toBe(1);
  });
});
