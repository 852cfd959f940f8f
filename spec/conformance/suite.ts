import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { installAsLocked } from '../support/locked-install.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** What is to be installed, and where: among the sources its pages would pass for ours. */
const wanted = `${root}spec/conformance/suite`;
const folder = `${root}build/conformance/suite`;
const modules = `${folder}/node_modules`;
const program = fileURLToPath(new URL('client.js', import.meta.url));

/** How long one scenario may take while all of them run at once, in milliseconds. */
const timeoutMs = '120000';

/** One run of the suite. */
export interface Run {
  /** All that it printed. */
  readonly output: string;
  /** 0 when all scored scenarios pass. */
  readonly exitCode: number;
}

/** The official suite, in a package of its own with the Node.js that it needs; each run is a process group. */
export class Suite {
  #child: ChildProcess | undefined;

  /** Installs it unless it is there, as its lock file says. Rejects when that fails. */
  async install(): Promise<void> {
    await installAsLocked(wanted, folder, async (args) => {
      const child = this.#start('npm', args, folder);
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const exitCode = await exitOf(child);
      if (exitCode !== 0)
        throw new Error(`the suite could not be installed: npm ci ended with ${exitCode}: ${said.trim()}`);
    });
  }

  /**
   * Has this program be the client of the suite's servers, as the revision requires; `tell` hears how many of how many
   * scenarios are done.
   */
  runClient(revision: string, flags: readonly string[], tell: (done: number, of: number) => void): Promise<Run> {
    const command = [process.execPath, program, ...flags].map((part) => JSON.stringify(part)).join(' ');
    const args = ['client', '--command', command, '--requirements', revision, '--timeout', timeoutMs];
    return this.#run(args, `client-${revision}`, tell);
  }

  /** Has the suite be the client of the server at this address, as the revision requires. */
  runServer(revision: string, url: string, name: string): Promise<Run> {
    return this.#run(['server', '--url', url, '--requirements', revision], `server-${name}`, () => undefined);
  }

  async #run(args: readonly string[], name: string, tell: (done: number, of: number) => void): Promise<Run> {
    const results = `${root}build/conformance/${name}`;
    await rm(results, { recursive: true, force: true });
    const suite = `${modules}/@modelcontextprotocol/conformance/dist/index.js`;
    const child = this.#start(`${modules}/.bin/node`, [suite, ...args, '--verbose', '-o', results], root);
    let output = '';
    let done = 0;
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => {
      done += chunk.toString().split('Results saved to').length - 1;
      tell(done, Number(/\((\d+) scenarios\)/.exec(output)?.[1] ?? 0));
    });
    return { exitCode: await exitOf(child), output };
  }

  /** Ends what is running, and whatever that has started. */
  kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  #start(file: string, args: readonly string[], cwd: string): ChildProcess {
    this.#child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    return this.#child;
  }
}

async function exitOf(child: ChildProcess): Promise<number> {
  // Nobody may listen to what it says, and it must not wait for that.
  child.stdout?.resume();
  child.stderr?.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
