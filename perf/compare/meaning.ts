import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the library is in a built checkout. */
export const LIBRARY = 'build/lib/index.js';

/** What is compared: a file of results, the URL of a library that is built, or a commit that is not. */
export type Meaning = { readonly file: string } | { readonly library: string } | { readonly commit: string };

/** What is meant by a word of the command line; `undefined` when it is nothing that could be compared. */
export function meaningOf(word: string): Meaning | undefined {
  if (statSync(word, { throwIfNoEntry: false })?.isFile() === true) return { file: word };
  const library = join(word, LIBRARY);
  if (existsSync(library)) return { library: pathToFileURL(realpathSync(library)).href };
  const commit = commitOf(word);
  return commit === undefined ? undefined : { commit };
}

/** The full hash of a revision; `undefined` when it is none. */
export function commitOf(revision: string): string | undefined {
  try {
    return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  } catch {
    return undefined;
  }
}

/** The folder of this repository. Throws outside of one. */
export function root(): string {
  return git('rev-parse', '--show-toplevel');
}

/** What git answers, in this repository. Throws when it refuses. */
export function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
