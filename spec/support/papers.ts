import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the repository is, without a slash at the end. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** A page of Markdown. */
export interface Paper {
  /** From the root of the repository: `lib/pool/README.md`. */
  readonly path: string;
  readonly text: string;
}

/** An example in a page. */
export interface Block {
  /** By its page and its place there: `lib-pool-0`. */
  readonly name: string;
  readonly source: string;
  /** Whether it is marked as a program that ends by itself: "```ts run". */
  readonly isProgram: boolean;
}

/** Every page of this repository that people read. */
export function papers(): readonly Paper[] {
  const below = ['lib', 'spec', 'perf'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  );
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...below.sort()].map(paperOf);
}

/** The page of this path. */
export function paperOf(path: string): Paper {
  return { path, text: readFileSync(`${root}/${path}`, 'utf8') };
}

/** The examples of a page that are TypeScript. */
export function blocksIn({ path, text }: Paper): readonly Block[] {
  const page = path.replace(/README\.md$/, '').replaceAll('/', '-');
  return [...text.matchAll(/^```ts( run)?\n(.*?)^```/gms)].map(([, run, source = ''], i) => ({
    name: `${page}${i}`,
    source,
    isProgram: run !== undefined,
  }));
}
