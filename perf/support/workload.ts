import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { originOf } from './machine.ts';
import { type Case, measure } from './measure.ts';
import { type CaseResult, type Ratio, isMet } from './result.ts';
import { ratioLine, tableOf } from './table.ts';

/** A named benchmark. */
export interface Workload {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Measures and reports; ends by itself. `quick`: a look rather than a measurement. */
  run(quick: boolean): Promise<void>;
}

/** Cases whose targets are open at the same time; names are unique in the whole workload. */
export type Suite = readonly Case[];

/** What a workload measures and what it draws from it. */
export interface Report {
  readonly name: string;
  readonly suites: readonly Suite[];
  readonly ratios?: (results: readonly CaseResult[]) => readonly Ratio[];
}

/** Measures the cases, prints them as a table and writes them to `perf/results/<name>.json`. */
export async function report({ name, suites, ratios }: Report, quick: boolean): Promise<void> {
  const results: CaseResult[] = [];
  for (const [index, cases] of suites.entries()) {
    results.push(...(await measure(`${name}, ${index + 1} of ${suites.length}`, cases, quick)));
  }
  const drawn = ratios?.(results) ?? [];
  const origin = originOf();
  const { cpu, cores, node, commit } = origin;
  const about = `${cpu}, ${cores} cores, Node ${node}, commit ${commit}${quick ? ', quick' : ''}`;
  process.stdout.write(
    `\n${[name, about, '', tableOf(results), '', ...drawn.map(ratioLine)].join('\n').trimEnd()}\n\n`,
  );
  write(name, { name, quick, ...origin, results, ratios: drawn.map((ratio) => ({ ...ratio, met: isMet(ratio) })) });
}

/** Keeps a result as `perf/results/<name>.json`. */
export function write(name: string, result: object): void {
  // Beside the sources: this runs in `build/perf/support`.
  const folder = fileURLToPath(new URL('../../../perf/results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}
