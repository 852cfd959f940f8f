import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import crossSpawn from 'cross-spawn';

/**
 * Starts a program without a shell. Windows itself starts only executables; what else people mean by a command, `npx`, `npm`,
 * `*.cmd` and scripts with a `#!` line, is started there by way of the program that runs it, with each argument escaped for
 * that. Throws as `spawn` does, and on Windows ENOENT where there is no such command.
 */
export function spawnCommand(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  if (process.platform !== 'win32') return spawn(command, args, options);
  const parsed = crossSpawn._parse(command, args, options);
  // Otherwise `cmd.exe` would be started, only to say so in the language of its user.
  if (parsed.file === undefined) throw notFound(command);
  return spawn(parsed.command, parsed.args, parsed.options);
}

function notFound(command: string): Error {
  const syscall = `spawn ${command}`;
  return Object.assign(new Error(`${syscall} ENOENT`), { code: 'ENOENT', syscall, path: command });
}
