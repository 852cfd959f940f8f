import type { ChildProcess } from 'node:child_process';
import { ExitFailure } from '../failures/exit-failure.ts';
import { informativeLine } from './informative-line.ts';
import { forget, groupGone, HAS_PROCESS_GROUPS, killAtExit, signalGroup } from './process-group.ts';
import type { StderrLines } from './stderr-lines.ts';
import { spawnCommand } from './spawn-command.ts';
import { StderrTail } from './stderr-tail.ts';
import { outputDrained } from './output-drained.ts';
import { SpawnFailure } from '../failures/spawn-failure.ts';
import type { Carrier, Streams } from '../transport/transport.ts';

/** The program to start; already checked. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly stderr: 'inherit' | 'ignore' | 'pipe';
  /** Strikes secrets out of the server's output, before it is quoted. */
  readonly redact: (text: string) => string;
}

/** How long a server may take to leave once its stdin has ended, in milliseconds, before it is asked by signal. */
const LEAVE_MS = 2000;
/** How long it may take to obey SIGTERM, in milliseconds, before SIGKILL. */
const OBEY_MS = 1000;
/** How long a child with a broken pipe may take to exit, in milliseconds: its exit tells why, the pipe does not. */
const EXIT_AFTER_PIPE_MS = 100;

/** A child process as a carrier. It lives until its `exit`: the pipes may be held open by a grandchild long after. */
export class ChildCarrier implements Carrier {
  readonly opened: Promise<Streams>;
  readonly ended: Promise<Error | undefined>;
  readonly #child: ChildProcess;
  readonly #tail: StderrTail;
  readonly #redact: (text: string) => string;
  readonly #startedAt = performance.now();
  readonly #exited: Promise<void>;
  #end: (failure?: Error) => void = () => undefined;
  #closing = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Spawns at once; what fails is told by `opened`, or thrown where Node throws it. The lines of its stderr go to `lines`,
   * which ends when nothing more can come.
   */
  constructor(options: ChildOptions, lines: StderrLines) {
    this.#child = start(options);
    this.#redact = options.redact;
    this.#tail = new StderrTail(this.#child.stderr);
    tellLines(this.#child, lines);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.opened = this.#spawned(options);
    this.#exited = this.#watchExit();
    this.#watchPipes();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last 4 KiB of its stderr, where that is piped. */
  get stderr(): string {
    return this.#tail.text;
  }

  /** The line of its stderr that tells most, without what is secret. */
  get said(): string | undefined {
    return informativeLine(this.#tail.lines, this.#redact);
  }

  close(): Promise<void> {
    if (!this.#closing && this.#isAlive()) {
      this.#child.stdin?.end();
      this.#after(LEAVE_MS, () => {
        signalGroup(this.#child, 'SIGTERM');
        this.#after(OBEY_MS, () => {
          this.kill();
        });
      });
    }
    this.#closing = true;
    return this.#exited;
  }

  kill(): void {
    this.#closing = true;
    // Only while it lives: afterwards its number may belong to somebody else.
    if (this.#isAlive()) signalGroup(this.#child, 'SIGKILL');
  }

  #spawned(options: ChildOptions): Promise<Streams> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      child.on('error', (error) => {
        reject(new SpawnFailure(error, options));
      });
      child.once('spawn', () => {
        if (child.stdin && child.stdout) resolve({ readable: child.stdout, writable: child.stdin });
        else reject(new Error(`no pipes to ${options.command}`));
      });
    });
  }

  #watchExit(): Promise<void> {
    const child = this.#child;
    return new Promise((resolve) => {
      // A child that never was has no exit.
      if (child.pid === undefined) resolve();
      else killAtExit(child);
      child.once('exit', (code, signal) => {
        clearTimeout(this.#timer);
        forget(child);
        signalGroup(child, 'SIGKILL');
        outputDrained(child, () => {
          this.#end(this.#closing ? undefined : this.#exitFailure(code, signal));
          for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
          resolve(groupGone(child));
        });
      });
    });
  }

  #watchPipes(): void {
    const { stdin, stdout } = this.#child;
    stdin?.on('error', (error) => {
      this.#giveUp(`the server no longer reads: ${error.message}`);
    });
    stdout?.on('error', (error) => {
      this.#giveUp(`cannot read from the server: ${error.message}`);
    });
    stdout?.once('end', () => {
      this.#giveUp('the server closed its output');
    });
  }

  /**
   * A pipe to the server broke. Usually its exit follows at once and tells more; a server that runs on without the pipe
   * is of no use, and is closed.
   */
  #giveUp(why: string): void {
    if (this.#closing || !this.#isAlive()) return;
    this.#after(EXIT_AFTER_PIPE_MS, () => {
      this.#end(new Error(why));
      void this.close();
    });
  }

  /** One timer for all steps: each replaces the one before, and the exit clears it. */
  #after(ms: number, step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, ms);
  }

  #exitFailure(code: number | null, signal: NodeJS.Signals | null): Error {
    return new ExitFailure({ code, signal, said: this.said, ageMs: performance.now() - this.#startedAt });
  }

  #isAlive(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }
}

function tellLines({ stderr, pid = 0 }: ChildProcess, lines: StderrLines): void {
  const end = lines.end.bind(lines, pid);
  stderr?.on('data', (chunk: Buffer) => {
    lines.push(chunk, pid);
  });
  // Where it is not piped, or out of file descriptors, there is none.
  if (stderr) stderr.once('close', end);
  else end();
}

function start(options: ChildOptions): ChildProcess {
  const { command, args, env, cwd, stderr } = options;
  const detached = HAS_PROCESS_GROUPS;
  try {
    return spawnCommand(command, args, { env, cwd, detached, stdio: ['pipe', 'pipe', stderr], windowsHide: true });
  } catch (error) {
    // Most of what the system refuses Node emits, but some it throws, such as ENOTDIR.
    throw isSystemError(error) ? new SpawnFailure(error, options) : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
