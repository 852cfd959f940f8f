import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { run } from './run.ts';

/** A JavaScript runtime, and how it is told to run a program. */
export interface Runtime {
  readonly name: string;
  /** The npm package that brings it; absent for the one that runs this. */
  readonly comesAs?: string;
  /** Where the package keeps it. */
  readonly bin?: string;
  readonly args: readonly string[];
}

/** All that the package has to run on. */
export const runtimes: readonly Runtime[] = [
  { name: `Node ${process.versions.node}`, args: [] },
  { name: 'Node 22', comesAs: 'node@22', bin: 'node/bin/node', args: [] },
  { name: 'Node 24', comesAs: 'node@24', bin: 'node/bin/node', args: [] },
  { name: 'Bun 1', comesAs: 'bun@1', bin: 'bun/bin/bun.exe', args: ['run'] },
  { name: 'Deno 2', comesAs: 'deno@2', bin: '.bin/deno', args: ['run', '--allow-all', '--node-modules-dir=manual'] },
];

/** The program of a runtime, which is installed below this folder unless it is there. */
export async function installed({ comesAs, bin = '' }: Runtime, folder: string): Promise<string> {
  if (comesAs === undefined) return process.execPath;
  const place = `${folder}/${comesAs}`;
  const program = `${place}/node_modules/${bin}`;
  if (existsSync(program)) return program;
  await mkdir(place, { recursive: true });
  await run(
    'npm',
    ['install', '--ignore-scripts=false', '--no-audit', '--no-fund', '--no-save', '--prefix', place, comesAs],
    place,
    120_000,
  );
  return program;
}
