import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Input } from '../../lib/cli/command-io.ts';
import { run } from '../../lib/cli/program.ts';
import { builtProgram } from '../support/start-tcp-server.ts';

/** The command run inside this process, and what it wrote. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may be given. */
export interface Given {
  readonly signal?: AbortSignal;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Where keys come from. */
  readonly stdin?: Input;
  readonly env?: Readonly<Record<string, string>>;
  /** Told of everything that is written to stdout. */
  readonly onWrite?: (text: string) => void;
}

/** The compiled program of the embedded server. */
export const demoServer: URL = pathToFileURL(builtProgram('../../lib/cli/load/demo-server'));

/** Runs the command with these arguments. */
export async function ran(argv: readonly string[], given: Given = {}): Promise<Ran> {
  const { signal = new AbortController().signal, isTTY, columns, rows = 40, stdin, env = {}, onWrite } = given;
  let stdout = '';
  let stderr = '';
  const write = (text: string): void => {
    stdout += text;
    onWrite?.(text);
  };
  const exitCode = await run(argv, {
    stdout: { write, isTTY, columns, rows },
    stderr: { write: (text) => (stderr += text) },
    ...(stdin && { stdin }),
    env,
    signal,
    demoServer,
  });
  return { exitCode, stdout, stderr };
}

/** A terminal's keyboard: `write` presses keys; `modes` is what its raw mode was set to. */
export function keyboard(): PassThrough & Input & { readonly modes: boolean[] } {
  const modes: boolean[] = [];
  return Object.assign(new PassThrough(), {
    isTTY: true,
    modes,
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
  });
}
