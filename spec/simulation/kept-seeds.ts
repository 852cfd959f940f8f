import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('seeds.json', import.meta.url);

/** The seeds that failed once; they are run first, for ever. */
export function keptSeeds(): readonly number[] {
  return JSON.parse(readFileSync(file, 'utf8')) as number[];
}

/** Has this seed run every time from now on: the file is to be committed. */
export function keepSeed(seed: number): void {
  const seeds = new Set([...keptSeeds(), seed]);
  writeFileSync(file, `[${[...seeds].sort((a, b) => a - b).join(', ')}]\n`);
}
