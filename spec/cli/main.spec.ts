import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { untilGone } from '../support/programs.ts';
import { builtProgram, startTcpServer } from '../support/start-tcp-server.ts';

interface Command {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or the signal that ended it, when its output is read to the end. */
  readonly ended: Promise<number | string>;
  /** Resolves when stdout has this. */
  readonly until: (pattern: RegExp) => Promise<void>;
}

const running: ChildProcess[] = [];

/** The built command in a process of its own, with pipes for a terminal. */
function command(...args: readonly string[]): Command {
  const child = spawn(process.execPath, [builtProgram('../../lib/cli/main'), ...args], { stdio: 'pipe' });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(stdout)) {
      if (child.exitCode !== null) throw new Error(`ended without ${String(pattern)}: ${stdout}${stderr}`);
      await sleep(5);
    }
  };
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended, until };
}

/** The port of the embedded server, as the first line tells it. */
function portIn(stdout: string): number {
  return Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
}

/** Resolves when nobody listens there any more. */
async function untilClosed(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const reached = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (!reached) return;
    await sleep(5);
  }
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe('the built command', () => {
  it('loads its own server, and ends by itself with nothing left', async () => {
    const { stdout, stderr, ended } = command('load', '--duration', '0.5');
    expect([await ended, stderr()]).toEqual([0, '']);
    expect(stdout()).toBe(stripVTControlCharacters(stdout()));
    expect(stdout()).toMatch(/With the pool: [\d.]+ times the throughput/);
    await untilClosed(portIn(stdout()));
  });

  it('prints one JSON document and nothing else', async () => {
    const { stdout, ended } = command('load', '--requests', '500', '--json');
    expect(await ended).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({ withPool: { requests: 500 }, withoutPool: { requests: 500 } });
  });

  it('prints the summary at Ctrl-C and leaves no server behind', async () => {
    const { process: child, stdout, ended, until } = command('load', '--duration', '60');
    await until(/ {2}1 s /);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stdout()).toMatch(/failed +0\n/);
    expect(stdout()).toContain('Interrupted by SIGINT in run 1 of 2');
    await untilClosed(portIn(stdout()));
  });

  it('takes its server with it when it is killed', async () => {
    const { process: child, stdout, ended, until } = command('load', '--duration', '60');
    await until(/clients call/);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    await untilClosed(portIn(stdout()));
  });

  it('ends quietly when nobody reads any more', async () => {
    const { process: child, stderr, ended, until } = command('load', '--duration', '60');
    await until(/clients call/);
    child.stdout?.destroy();
    expect([await ended, stderr()]).toEqual([141, '']);
  });

  it('says in one line that a server cannot be reached', async () => {
    const { stdout, stderr, ended } = command('load', '--tcp', '127.0.0.1:1', '--tool', 'x');
    expect([await ended, stdout()]).toEqual([2, '']);
    expect(stderr()).toBe('mcp-pool: cannot load 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n');
  });

  it('exits with 1 when some requests failed', async () => {
    const server = await startTcpServer();
    const flags = ['--tool', 'crash', '--requests', '3', '--clients', '3', '--timeout', '0.3', '--no-compare'];
    const { stdout, ended } = command('load', '--tcp', `127.0.0.1:${server.port}`, ...flags);
    expect(await ended).toBe(1);
    expect(stdout()).toContain('POOL_CONNECTION_LOST');
    await server.stop();
  });
});

describe('the built command over stdio', () => {
  /** Command line of a real server, each process of which writes its number into a file. */
  async function everything(folder: string): Promise<string> {
    const note = join(folder, 'note.mjs');
    const pids = JSON.stringify(join(folder, 'pids'));
    await writeFile(note, `import { appendFileSync } from 'node:fs';\nappendFileSync(${pids}, process.pid + '\\n');\n`);
    const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
    return `"${process.execPath}" --import "${pathToFileURL(note).href}" "${program}" stdio`;
  }

  async function pidsIn(folder: string): Promise<number[]> {
    const text = await readFile(join(folder, 'pids'), 'utf8');
    return text.trim().split('\n').map(Number);
  }

  it('compares, and leaves no process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    const flags = ['--tool', 'echo', '--args', '{"message":"hi"}', '--requests', '4', '--clients', '2', '--json'];
    const { stdout, ended } = command('load', '--stdio', await everything(folder), ...flags);
    expect(await ended).toBe(0);
    const report: unknown = JSON.parse(stdout());
    expect(report).toMatchObject({ withPool: { requests: 4 }, withoutPool: { requests: 4, connectionsOpened: 4 } });
    await Promise.all((await pidsIn(folder)).map(untilGone));
    await rm(folder, { recursive: true });
  });

  it('ends at once at the second Ctrl-C, with all its processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    const slow = ['--tool', 'trigger-long-running-operation', '--args', '{"duration":60,"steps":1}'];
    const line = await everything(folder);
    const {
      process: child,
      ended,
      until,
    } = command('load', '--stdio', line, ...slow, '--clients', '1', '--timeout', '60');
    await until(/ 1 active/);
    child.kill('SIGINT');
    await sleep(400);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await Promise.all((await pidsIn(folder)).map(untilGone));
    await rm(folder, { recursive: true });
  });
});
