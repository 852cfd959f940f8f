import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { callOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';
import { type Watched, watched } from '../support/watched.ts';

let folder: string;
let transport: Watched;
let pool: McpPool;

/** The calls that reached a server, any server, in order. */
function received(): string[] {
  return readFileSync(join(folder, 'calls'), { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sent-once-'));
  // Writes each call down and never answers it.
  const diary = `process.stdin.on('data', (chunk) => {
    for (const line of String(chunk).split('\\n').filter((text) => text.includes('tools/call'))) {
      require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'calls'))}, process.pid + '\\n');
    }
  });`;
  const silent = { 'tools/call': { nothing: true } };
  transport = watched(stdio(scriptedProgram({ ...initialising(), ...silent }, diary)));
  pool = createMcpPool({ transport, minSize: 3, maxConnecting: 3 });
  await pool.ready();
});
afterEach(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

/** Calls, and gives the call time to reach its server. */
async function call(options?: { readonly timeout: number }): Promise<{ readonly answer: Promise<unknown> }> {
  const answer = pool.use((connection) => connection.request(callOf('charge'), options));
  answer.catch(() => undefined);
  await until(() => received().length === 1);
  return { answer };
}

/** Lets the pool replace what it has lost and serve again. */
async function recovered(): Promise<void> {
  await until(() => pool.state.idle === 3);
  await Promise.all([1, 2, 3].map(() => pool.client.ping()));
}

describe('I18 a call that may have reached a server', () => {
  it('is not sent again when that server is killed', async () => {
    const { answer } = await call();
    process.kill(Number(received()[0]), 'SIGKILL');
    await expect(answer).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST', data: { sent: true } });
    await recovered();
    expect(received()).toHaveLength(1);
  });

  it('is not sent again when every server is killed', async () => {
    const { answer } = await call();
    for (const pid of transport.pids) process.kill(pid, 'SIGKILL');
    await expect(answer).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
    await recovered();
    expect(received()).toHaveLength(1);
  });

  it('is not sent again when it times out', async () => {
    const { answer } = await call({ timeout: 300 });
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await recovered();
    expect(received()).toHaveLength(1);
  });
});
