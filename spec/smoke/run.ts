import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program to its end, and resolves with what it printed. Rejects when it fails, or has not ended by itself in time. */
export async function run(file: string, args: readonly string[], cwd: string, limitMs: number): Promise<string> {
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const limit = setTimeout(() => {
    said += `it has not ended by itself within ${limitMs} ms`;
    child.kill('SIGKILL');
  }, limitMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  if (code !== 0) throw new Error(`${file} ${args.slice(0, 2).join(' ')}: ${printed}${said.trim()}`);
  return printed;
}
