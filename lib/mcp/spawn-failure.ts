import { existsSync } from 'node:fs';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'command not found',
  EACCES: 'command not executable',
  EMFILE: 'out of file descriptors, cannot start',
  ENFILE: 'out of file descriptors, cannot start',
  EAGAIN: 'out of processes, cannot start',
};

/** A spawn error in words for people, with its `code` kept: Node says `spawn x ENOENT` for a missing directory too. */
export function spawnFailure(
  error: NodeJS.ErrnoException,
  { command, cwd }: { readonly command: string; readonly cwd: string | undefined },
): Error {
  return Object.assign(new Error(describe(error, command, cwd), { cause: error }), { code: error.code });
}

function describe(error: NodeJS.ErrnoException, command: string, cwd: string | undefined): string {
  if (cwd !== undefined && error.code === 'ENOENT' && !existsSync(cwd)) return `working directory not found: ${cwd}`;
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? `cannot start ${command}: ${error.message}` : `${reason}: ${command}`;
}
