import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { hasProc, livingInGroups } from '../support/process-groups.ts';
import { isAlive, nodeProgram, untilGone } from '../support/programs.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { type Watched, pidOf, watched } from '../support/watched.ts';

let pool: McpPool;

afterEach(() => pool.close());

/** A program that starts the server and lets it have the pipes, as `npx` and shell scripts do; tells its number on stderr. */
function wrapped(detached: boolean) {
  const { command, args } = scriptedProgram({ ...initialising(), never: { nothing: true } });
  return nodeProgram(`
    const options = { stdio: 'inherit', detached: ${String(detached)} };
    const server = require('node:child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, options);
    console.error('server ' + server.pid);`);
}

async function openPool(detached: boolean): Promise<{ transport: Watched; wrapper: number; server: number }> {
  const transport = watched(stdio(wrapped(detached)));
  pool = createMcpPool({ transport, maxSize: 1 });
  await pool.ready();
  const told = String(Reflect.get(Object(transport.made[0]), 'stderr'));
  return { transport, wrapper: pidOf(transport.made[0]) ?? 0, server: Number(/\d+/.exec(told)?.[0]) };
}

describe('a wrapper that dies while its server keeps the pipes', () => {
  it.each([false, true])('fails the request at once (server in a group of its own: %s)', async (detached) => {
    const { wrapper, server } = await openPool(detached);
    const asked = pool.use((connection) => connection.request({ method: 'never' }));
    asked.catch(() => undefined);
    const down = firstValueFrom(pool.events$.pipe(filter(({ type }) => type === 'down')));
    expect(isAlive(server)).toBe(true);
    const began = performance.now();
    process.kill(wrapper, 'SIGKILL');
    await down;
    // The pipe would tell after 4.8 s, if ever.
    expect(performance.now() - began).toBeLessThan(1000);
    await expect(asked).rejects.toMatchObject({ code: 'POOL_CONNECTION_LOST' });
    if (detached) process.kill(server, 'SIGKILL');
    await untilGone(server);
  });

  it.runIf(hasProc)('I12 is replaced, and no server outlives the pool', async () => {
    const { transport, wrapper, server } = await openPool(false);
    process.kill(wrapper, 'SIGKILL');
    await untilGone(server);
    expect(await pool.client.ping()).toEqual({});
    await pool.close();
    expect(transport.pids).toHaveLength(2);
    expect(livingInGroups(transport.pids)).toEqual([]);
  });
});
