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

/** The files of the page by their paths, and no others: what is asked for is looked up, and never put together. */
export function assetFiles(): ReadonlyMap<string, string> {
  const folder = assetFolder();
  const own = readdirSync(folder).filter((name) => extname(name) in TYPES && extname(name) !== '');
  const files = new Map(
    own.map((name) => [name === 'index.html' ? '/' : `/${name}`, fileURLToPath(new URL(name, folder))]),
  );
  const uPlot = (name: string): string => fileURLToPath(import.meta.resolve(`uplot/${name}`));
  return files
    .set('/uplot.js', uPlot('dist/uPlot.esm.js'))
    .set('/uplot.css', uPlot('dist/uPlot.min.css'))
    .set('/uplot-license', uPlot('LICENSE'));
}

export async function readAsset(file: string): Promise<Asset> {
  return { type: TYPES[extname(file)] ?? 'application/octet-stream', content: await readFile(file) };
}

/** Beside the sources, which the package has too: the page needs no build. */
function assetFolder(): URL {
  const beside = new URL('./assets/', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../../lib/dashboard/assets/', import.meta.url);
}
