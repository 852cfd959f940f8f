import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../../support/start-tcp-server.ts';

/** What Node was asked to start. */
interface Asked {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly verbatim?: boolean;
  readonly code?: string;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
  for (const name of ['npx.cmd', 'node.exe']) {
    await writeFile(join(folder, name), '');
    await chmod(join(folder, name), 0o755);
  }
  await writeFile(join(folder, 'serve'), '#!/usr/bin/env node\n');
  await chmod(join(folder, 'serve'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * What is started for a command in a process that takes itself for one of this platform. There is no Windows here: that
 * `cmd.exe` understands what it is told is not tried.
 */
async function askedOn(platform: string, command: string, ...args: readonly string[]): Promise<Asked> {
  const script = `
    import processes from 'node:child_process';
    import { syncBuiltinESMExports } from 'node:module';
    import path from 'node:path';
    Object.defineProperty(process, 'platform', { value: ${JSON.stringify(platform)} });
    path.delimiter = path.win32.delimiter;
    processes.spawn = (command, args, options) => ({ command, args, verbatim: options.windowsVerbatimArguments });
    syncBuiltinESMExports();
    const { spawnCommand } = await import(${JSON.stringify(builtProgram('../../lib/mcp/lines/spawn-command'))});
    let asked;
    try {
      const env = { PATH: ${JSON.stringify(folder)} };
      asked = spawnCommand(${JSON.stringify(command)}, ${JSON.stringify(args)}, { env });
    } catch ({ code }) {
      asked = { code };
    }
    console.log(JSON.stringify(asked));`;
  const flags = ['--input-type=module', '--eval', script];
  const env = { ...process.env, comspec: 'cmd.exe', PATHEXT: '.exe;.cmd' };
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env });
  return JSON.parse(stdout) as Asked;
}

describe('a command on Windows', () => {
  it.each(['npx', 'npx.cmd'])('is started by cmd.exe where it is no executable: %s', async (command) => {
    const asked = await askedOn('win32', command, '-y', 'a server', 'a&b');
    expect(asked).toMatchObject({ command: 'cmd.exe', verbatim: true });
    expect(asked.args?.slice(0, 3)).toEqual(['/d', '/s', '/c']);
    // Nothing of an argument is left for cmd.exe to act upon.
    expect(asked.args?.[3]).toBe(`"${command} ^"-y^" ^"a^ server^" ^"a^&b^""`);
  });

  it('is started as it is where it is an executable', async () => {
    expect(await askedOn('win32', 'node', 'a server.js')).toEqual({ command: 'node', args: ['a server.js'] });
  });

  it('is started by the program that its first line names', async () => {
    const asked = await askedOn('win32', 'serve', '--port', '1');
    expect(asked).toEqual({ command: 'node', args: [join(folder, 'serve'), '--port', '1'] });
  });

  it.each(['no-such-program', 'no-such-program.cmd', './no/such'])(
    'is not found where it is not: %s',
    async (command) => {
      expect(await askedOn('win32', command)).toEqual({ code: 'ENOENT' });
    },
  );
});

describe('a command elsewhere', () => {
  it('is started as it is', async () => {
    expect(await askedOn('linux', 'npx', '-y', 'a server')).toEqual({ command: 'npx', args: ['-y', 'a server'] });
  });
});
