import { EMPTY, firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpPool, type StdioOptions, createMcpPool, stdio, tcp } from '../../lib/mcp/index.ts';
import { nodeProgram, stopAll } from '../support/programs.ts';
import { reportedErrors } from '../support/reported.ts';
import { initialising, scriptedProgram } from '../support/scripted-server.ts';
import { startTcpServer } from '../support/start-tcp-server.ts';
import { until } from '../support/until.ts';

/** Writes what it is sent to its stderr, and a farewell when its stdin ends. */
const talkative = `
process.stdin.on('data', (text) => console.error(String(text).trim()));
  process.stdin.on('end', () => console.error('good-bye'));`;

let pool: McpPool;

beforeEach(() => {
  pool = undefined as unknown as McpPool;
});
afterEach(async () => {
  await Promise.all([(pool as McpPool | undefined)?.close({ timeoutMs: 0 }), stopAll()]);
});

function open(program: StdioOptions): void {
  pool = createMcpPool({ transport: stdio(program), minSize: 1, maxSize: 1, healthCheckIntervalMs: 0 });
}

describe('what a server writes to its stderr', () => {
  const errors = reportedErrors();

  it('is heard line by line by whoever holds the connection, until the lease is over', async () => {
    open(scriptedProgram(initialising(), talkative));
    const lease = await pool.lease();
    const heard: string[] = [];
    lease.connection.stderr$.subscribe({ next: (line) => heard.push(line), complete: () => heard.push('|') });
    await firstValueFrom(lease.connection.request({ method: 'ping' }));
    await until(() => heard.some((line) => line.includes('"ping"')));
    lease.checkin();
    expect(heard.at(-1)).toBe('|');
    await pool.use((connection) => connection.request({ method: 'ping' }));
    expect(heard.at(-1)).toBe('|');
    expect(await lastValueFrom(lease.connection.stderr$.pipe(toArray()))).toEqual([]);
  });

  it('is heard to the end of the process by whoever has the whole connection', async () => {
    open(scriptedProgram(initialising(), talkative));
    const whole = await pool.use((connection) => connection.whole);
    const all = lastValueFrom(whole.stderr$.pipe(toArray()));
    await pool.close();
    expect(await all).toContain('good-bye');
  });

  it('is told to onStderr from the first line on, with the number of the process and without secrets', async () => {
    const told: string[] = [];
    const pids = new Set<number>();
    const onStderr = (line: string, pid: number): void => {
      told.push(line);
      pids.add(pid);
    };
    const program = scriptedProgram(initialising(), `console.error('pid ' + process.pid + ' key ' + process.env.KEY)`);
    open({ ...program, env: { KEY: 'sk-secret' }, onStderr });
    await pool.ready();
    await until(() => told.length > 0);
    expect(told).toEqual([`pid ${[...pids].join()} key ***`]);
  });

  it('of one that never comes up is told as well', async () => {
    const told: string[] = [];
    open({ ...nodeProgram(`console.error('no key'); process.exit(1)`), onStderr: (line) => told.push(line) });
    await expect(pool.ready()).rejects.toThrow();
    expect(told).toContain('no key');
  });

  it('disturbs nobody when onStderr throws', async () => {
    const onStderr = (): void => {
      throw new Error('not today');
    };
    open({ ...scriptedProgram(initialising(), `console.error('hello')`), onStderr });
    await pool.ready();
    await until(() => errors.length > 0);
    expect(errors).toEqual([expect.objectContaining({ message: 'not today' })]);
    expect(await pool.client.ping()).toEqual({});
  });

  it('may be a flood that nobody listens to', async () => {
    open(scriptedProgram(initialising(), `process.stderr.write('x'.repeat(20_000_000))`));
    await pool.ready();
    expect(await pool.client.ping()).toEqual({});
  });

  it('completes at once where there is no process, or nothing is piped', async () => {
    const server = await startTcpServer();
    pool = createMcpPool({ transport: tcp({ port: server.port }), minSize: 1, maxSize: 1 });
    expect(await pool.use((connection) => lastValueFrom(connection.stderr$, { defaultValue: 'none' }))).toBe('none');
    await pool.close();
    await server.stop();
    open({ ...scriptedProgram(initialising()), stderr: 'ignore' });
    expect(await pool.use((connection) => lastValueFrom(connection.stderr$, { defaultValue: 'none' }))).toBe('none');
  });

  it.each([
    ['a command that does not exist', true],
    ['a transport that never starts', false],
  ])('completes for %s', async (_what, starts) => {
    const transport = stdio({ command: 'no-such-program-anywhere' }).create();
    const ended = lastValueFrom(transport.stderr$ ?? EMPTY, { defaultValue: 'ended' });
    if (starts) await expect(transport.start()).rejects.toThrow('command not found');
    else await transport.close();
    expect(await ended).toBe('ended');
  });
});

describe('onStderr', () => {
  it('is refused where it makes no sense', () => {
    const refused = { command: 'node', onStderr: 'loud' } as unknown as StdioOptions;
    expect(() => stdio(refused)).toThrow('onStderr must be a function');
    const unheard: StdioOptions = { command: 'node', stderr: 'inherit', onStderr: () => undefined };
    expect(() => stdio(unheard)).toThrow("onStderr hears nothing with stderr: 'inherit'");
  });
});
