import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpConnection, type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { everything } from '../support/everything.ts';
import { isAlive } from '../support/programs.ts';
import { textOf } from '../support/tool-call.ts';
import { until } from '../support/until.ts';
import { pidOf } from '../support/watched.ts';

/** Far longer than any test waits. */
const long = { name: 'trigger-long-running-operation', arguments: { duration: 600, steps: 1 } };
const brief = { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 1 } };

let pool: McpPool;
const pids: number[] = [];

beforeEach(async () => {
  pool = createMcpPool({ transport: stdio(everything), minSize: 3, maxSize: 3, maxConnecting: 3 });
  await pool.ready();
});
afterEach(async () => {
  // It would finish its long operation first.
  for (const pid of pids.splice(0).filter(isAlive)) process.kill(pid, 'SIGKILL');
  await pool.close();
});

function processOf(connection: McpConnection): number {
  const pid = pidOf(connection.client.transport) ?? 0;
  pids.push(pid);
  return pid;
}

interface Work {
  readonly pid: number;
  readonly answer: Promise<unknown>;
}

/** Begins a call, and resolves with the process that has it. */
function begin(call: typeof long): Promise<Work> {
  return new Promise((resolve) => {
    const answer: Promise<unknown> = pool.use((connection) => {
      queueMicrotask(() => {
        resolve({ pid: processOf(connection), answer });
      });
      return connection.client.callTool(call);
    });
    answer.catch(() => undefined);
  });
}

describe('kill -9 of a server in the middle of a request', () => {
  it('fails its request at once and no other', async () => {
    const [doomed, ...others] = await Promise.all([begin(long), begin(brief), begin(brief)]);
    const began = performance.now();
    process.kill(doomed.pid, 'SIGKILL');
    await expect(doomed.answer).rejects.toMatchObject({
      code: 'POOL_CONNECTION_LOST',
      data: { sent: true },
      cause: { message: expect.stringContaining('the server was ended by SIGKILL') as unknown },
    });
    expect(performance.now() - began).toBeLessThan(250);
    for (const { answer } of others) expect(textOf(await answer)).toContain('completed');
  });

  it('has the server replaced at once, and nobody else', async () => {
    const works = await Promise.all([begin(long), begin(brief), begin(brief)]);
    const [doomed] = works;
    const connecting = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'connecting')));
    const down = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'down')));
    process.kill(doomed.pid, 'SIGKILL');
    expect((await connecting).at - (await down).at).toBeLessThan(50);
    await Promise.allSettled(works.map(({ answer }) => answer));
    await until(() => pool.state.idle === 3);
    expect(Math.max(...[...pool.state.connections].map(({ id }) => id))).toBe(4);
    expect(works.slice(1).every(({ pid }) => isAlive(pid))).toBe(true);
  });

  it('serves who waits with the replacement', async () => {
    const works = await Promise.all([begin(long), begin(long), begin(long)]);
    const waiting = pool.client.callTool({ name: 'echo', arguments: { message: 'after all' } });
    process.kill(works[0].pid, 'SIGKILL');
    expect(textOf(await waiting)).toBe('Echo: after all');
    expect(pool.state).toMatchObject({ active: 2, waiting: 0 });
  });
});
