import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';

/**
 * Installs in a folder what the `package.json` and the lock file of another folder say, unless it is there already. `npm`
 * is given the arguments, and runs them in the folder; when it rejects, so does this.
 */
export async function installAsLocked(
  wanted: string,
  folder: string,
  npm: (args: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const marker = `${folder}/node_modules/.package-lock.json`;
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(`${wanted}/package-lock.json`).mtimeMs) return;
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) await copyFile(`${wanted}/${file}`, `${folder}/${file}`);
  await npm(['ci', '--no-audit', '--no-fund', '--ignore-scripts=false']);
}
