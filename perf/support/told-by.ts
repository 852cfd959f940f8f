import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The numbers that a program tells whoever forked it, which is how it ends; `undefined` when it ended without. */
export async function toldBy(
  program: URL,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const child = fork(fileURLToPath(program), args, { execArgv: [...execArgv] });
  const told = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  return told?.[0] as Readonly<Record<string, unknown>> | undefined;
}
