import { statSync } from 'node:fs';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'command not found',
  ENOTDIR: 'command not found',
  EACCES: 'command not executable',
  EMFILE: 'out of file descriptors, cannot start',
  ENFILE: 'out of file descriptors, cannot start',
  EAGAIN: 'out of processes, cannot start',
};

/** What was to be started, and where. */
interface Program {
  readonly command: string;
  readonly cwd: string | undefined;
}

/** A program that could not be started, in words for people: Node says `spawn x ENOENT` for a missing directory too. */
export class SpawnFailure extends Error {
  /** As the system says it, such as `ENOENT`. */
  readonly code: string | undefined;

  constructor(error: NodeJS.ErrnoException, program: Program) {
    super(describe(error, program), { cause: error });
    this.code = error.code;
  }
}

function describe({ code = '', message }: NodeJS.ErrnoException, { command, cwd }: Program): string {
  const isNotFound = code === 'ENOENT' || code === 'ENOTDIR';
  if (isNotFound && cwd !== undefined && !isDirectory(cwd)) return `working directory not found: ${cwd}`;
  const reason = reasons[code];
  return reason === undefined ? `cannot start ${command}: ${message}` : `${reason}: ${command}`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
