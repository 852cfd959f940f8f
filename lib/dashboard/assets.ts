import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '': 'text/plain; charset=utf-8',
};

/**
 * The files of the page by their paths, and no others: what is asked for is looked up, and never put together. They stand to
 * each other as in the sources, so that the page works below any path.
 */
export function assetFiles(): ReadonlyMap<string, string> {
  const own = filesIn(assetFolder(), /\.(html|css|js|svg)$/);
  const shared = filesIn(sharedFolder(), /\.js$/);
  const uPlot = (name: string): string => fileURLToPath(import.meta.resolve(`uplot/${name}`));
  return new Map([
    ...own.map(([name, file]): [string, string] => [name === 'index.html' ? '/' : `/assets/${name}`, file]),
    ...shared.map(([name, file]): [string, string] => [`/shared/${name}`, file]),
    ['/assets/uplot.js', uPlot('dist/uPlot.esm.js')],
    ['/assets/uplot.css', uPlot('dist/uPlot.min.css')],
    ['/assets/uplot-license', uPlot('LICENSE')],
  ]);
}

export async function readAsset(file: string): Promise<Asset> {
  return { type: TYPES[extname(file)] ?? 'application/octet-stream', content: await readFile(file) };
}

/** Beside the sources, as the page needs no build; in the package beside the bundle. */
function assetFolder(): URL {
  const beside = new URL('./assets/', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../../lib/dashboard/assets/', import.meta.url);
}

/** What the page has in common with the command is TypeScript: it is served as it was built. The package has it in the page. */
function sharedFolder(): URL {
  const isBuilt = import.meta.url.endsWith('.js');
  return new URL(isBuilt ? './shared/' : '../../build/lib/dashboard/shared/', import.meta.url);
}

function filesIn(folder: URL, pattern: RegExp): [name: string, file: string][] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
  return names.map((name) => [name, fileURLToPath(new URL(name, folder))]);
}
