import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from './papers.ts';

/** Runs a module, given as its text, in a process of its own, where packages are found as in this repository. Resolves with its output. */
export async function runCode(code: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  return stdout.trim();
}
