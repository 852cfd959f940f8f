import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './extent.ts';
import { originOf } from './machine.ts';
import { type Case, measure } from './measure.ts';
import { type CaseResult, type Ratio, judged } from './result.ts';
import { aboutLine, ratioLine, tableOf } from './table.ts';

/** A named benchmark. */
export interface Workload {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Measures and reports; ends by itself. */
  run(extent: Extent): Promise<void>;
}

/** Cases whose targets are open at the same time; names are unique in the whole workload. */
export type Suite = readonly Case[];

/** What a workload measures and what it draws from it. */
export interface Report {
  readonly name: string;
  readonly suites: readonly Suite[];
  readonly ratios?: (results: readonly CaseResult[]) => readonly Ratio[];
}

/** Measures the cases, prints them as a table and keeps them. */
export async function report({ name, suites, ratios }: Report, { quick, folder }: Extent): Promise<void> {
  const results: CaseResult[] = [];
  const origin = originOf();
  const pinned = suites.flat().some(({ core }) => core !== undefined);
  for (const [index, cases] of suites.entries()) {
    results.push(...(await measure(`${name}, ${index + 1} of ${suites.length}`, cases, quick)));
  }
  const drawn = ratios?.(results) ?? [];
  const lines = [
    ...[
      name,
      aboutLine(origin, ...(pinned ? ['client and server pinned'] : []), ...(quick ? ['quick'] : [])),
      '',
      tableOf(results),
      '',
    ],
    ...drawn.map((ratio) => ratioLine(ratio, !quick)),
  ];
  process.stdout.write(`\n${lines.join('\n').trimEnd()}\n\n`);
  keep(folder, name, { name, quick, pinned, ...origin, results, ratios: drawn.map((ratio) => judged(ratio, !quick)) });
}

/** Keeps a result as `<name>.json`, and says where. */
export function keep(folder: string, name: string, result: object): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stderr.write(`  kept in ${file}\n`);
}
