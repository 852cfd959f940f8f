import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../smoke/run.ts';
import { installAsLocked } from '../support/locked-install.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** What is to be installed and run, and where. */
const wanted = `${root}spec/frameworks`;
const folder = `${root}build/frameworks`;
const modules = `${folder}/node_modules`;

/** The examples and the checks beside the frameworks and the package of this repository, as it would be published. */
export class Place {
  readonly folder: string = folder;
  /** The Node.js that the frameworks want, which is newer than the one that the package does with. */
  readonly node: string = `${modules}/.bin/node`;

  /** Makes it; the frameworks stay for the next time. Rejects when something cannot be installed. */
  async make(): Promise<void> {
    // What is optional is Claude Code itself, a few hundred megabytes; `claude-code.ts` stands in for it.
    await installAsLocked(wanted, folder, (args) => run('npm', [...args, '--omit=optional'], folder, 600_000));
    await installPackage();
    await standInForClaudeCode();
    for (const name of ['examples', 'checks', 'tsconfig.json']) {
      await rm(`${folder}/${name}`, { recursive: true, force: true });
      await cp(`${wanted}/${name}`, `${folder}/${name}`, { recursive: true });
    }
  }

  /** What the compiler finds wrong, a line each. */
  async faults(): Promise<readonly string[]> {
    const tsc = `${root}node_modules/typescript/bin/tsc`;
    return run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], folder, 120_000).then(
      () => [],
      (error: unknown) => String(error).split('\n'),
    );
  }
}

/**
 * Packs the package and unpacks it among the frameworks. Its peers are theirs; what it depends on itself is found at the
 * root of this repository, around the folder.
 */
async function installPackage(): Promise<void> {
  const packed = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root, 60_000);
  const place = `${modules}/rx-mcp-pool`;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const archive = `${folder}/${packed.trim()}`;
  await run('tar', ['-xzf', archive, '-C', place, '--strip-components=1'], folder, 60_000);
  await rm(archive);
}

/** Puts a program where `claude-agent-sdk` looks for Claude Code. */
async function standInForClaudeCode(): Promise<void> {
  const place = `${modules}/@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  const program = new URL('claude-code.js', import.meta.url).href;
  await mkdir(place, { recursive: true });
  await writeFile(`${place}/package.json`, '{}');
  await writeFile(`${place}/claude`, `#!/usr/bin/env node\nimport(${JSON.stringify(program)});\n`, { mode: 0o755 });
}
