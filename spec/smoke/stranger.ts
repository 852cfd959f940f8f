import { readFile, readdir, stat } from 'node:fs/promises';
import { run } from './run.ts';

/** The packages of the README's first line, with this file in place of ours. */
export async function packagesOfReadme(root: string, packed: string): Promise<readonly string[]> {
  const [, line] = /^ {4}npm install (rx-mcp-pool .*)$/m.exec(await readFile(`${root}README.md`, 'utf8')) ?? [];
  if (line === undefined) throw new Error('README.md does not say how to install');
  return line.split(' ').map((name) => (name === 'rx-mcp-pool' ? `./${packed}` : name));
}

/** In words: what an installation in this folder has come to, and how long its entry points take to import. */
export async function describeInstall(folder: string): Promise<string> {
  const [packages, bytes] = await Promise.all([packagesIn(folder), bytesIn(`${folder}/node_modules`)]);
  const entries = ['rxjs', 'rx-mcp-pool', 'rx-mcp-pool/mcp'];
  const times: string[] = [];
  for (const entry of entries) times.push(`${entry} ${(await importMs(entry, folder)).toFixed(0)} ms`);
  return `${packages} packages, ${(bytes / 1e6).toFixed(0)} MB; imported: ${times.join(', ')}`;
}

async function packagesIn(folder: string): Promise<number> {
  const { packages } = JSON.parse(await readFile(`${folder}/package-lock.json`, 'utf8')) as { packages: object };
  // One of them is the application.
  return Object.keys(packages).length - 1;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(`${parentPath}/${name}`)).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The median of seven fresh processes, in milliseconds. */
async function importMs(entry: string, cwd: string): Promise<number> {
  const code = `const since = performance.now(); await import('${entry}'); console.log(performance.now() - since);`;
  const times: number[] = [];
  for (let i = 0; i < 7; i++)
    times.push(Number(await run(process.execPath, ['--input-type=module', '-e', code], cwd, 20_000)));
  return times.sort((a, b) => a - b)[3] ?? NaN;
}
