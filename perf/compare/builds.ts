import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LIBRARY, git, root } from './meaning.ts';

/** Nothing but the library, whose types were checked when it was committed. */
const LIBRARY_ONLY = {
  extends: './tsconfig.json',
  include: ['lib'],
  exclude: ['lib/dashboard/assets'],
  compilerOptions: { noCheck: true, isolatedDeclarations: false, declaration: false, declarationMap: false },
};

/** Builds commits, each in a worktree of its own. Whoever makes one removes it at the end, whatever the end is. */
export class Builds {
  readonly #worktrees: string[] = [];
  #compiler: ChildProcess | undefined;

  /** The URL of the library of a commit. Rejects when it does not compile. */
  async of(commit: string): Promise<string> {
    const worktree = realpathSync(mkdtempSync(join(tmpdir(), 'rx-mcp-pool-')));
    this.#worktrees.push(worktree);
    git('worktree', 'add', '--detach', '--force', worktree, commit);
    symlinkSync(realpathSync(join(root(), 'node_modules')), join(worktree, 'node_modules'), 'junction');
    const config = join(worktree, 'tsconfig.library.json');
    writeFileSync(config, JSON.stringify(LIBRARY_ONLY));
    await this.#compile(config);
    return pathToFileURL(join(worktree, LIBRARY)).href;
  }

  /** Removes all worktrees, at once: this is called while the process ends. */
  remove(): void {
    this.#compiler?.kill();
    for (const worktree of this.#worktrees.splice(0)) {
      // The link first, for nobody shall follow it.
      rmSync(join(worktree, 'node_modules'), { force: true });
      rmSync(worktree, { recursive: true, force: true, maxRetries: 5 });
      git('worktree', 'prune');
    }
  }

  #compile(config: string): Promise<void> {
    const compiler = join(root(), 'node_modules/typescript/bin/tsc');
    return new Promise((resolve, reject) => {
      this.#compiler = execFile(process.execPath, [compiler, '-p', config], (error, output) => {
        this.#compiler = undefined;
        if (error === null) resolve();
        else reject(new Error(`the library does not compile: ${output.split('\n')[0] ?? ''}`, { cause: error }));
      });
    });
  }
}
