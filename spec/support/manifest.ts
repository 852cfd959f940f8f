import { readFileSync } from 'node:fs';
import { root } from './papers.ts';

/** What `package.json` says about the package that is published. */
export interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Manifest;

/** By the name that is imported, `rx-mcp-pool/mcp`: the file of each entry point, from the root. */
export const entryPoints: ReadonlyMap<string, string> = new Map(
  Object.entries(manifest.exports).flatMap(([name, files]): [string, string][] =>
    typeof files === 'string' ? [] : [[`rx-mcp-pool${name.slice(1)}`, files.default]],
  ),
);
